package verify

import (
	"strings"
	"testing"
	"time"

	"github.com/kubectl-rrsa/rrsa/internal/cliapi"
	"github.com/kubectl-rrsa/rrsa/internal/sts"
)

// TestClock: the token's times are those of the API server. Whose clock is wrong is said
// only where two of three agree.
func TestClock(t *testing.T) {
	tests := map[string]struct {
		// api and sts are how far their clocks are from this machine's.
		api, sts time.Duration
		// asked has STS refuse, for another reason than the time.
		asked, granted bool
		code           string
		want           cliapi.CheckStatus
		says           string
	}{
		"all agree":                             {want: cliapi.CheckPassed, says: "agrees with this machine's"},
		"a little apart":                        {api: 10 * time.Second, want: cliapi.CheckPassed, says: "agrees"},
		"the API server is behind":              {api: -5 * time.Minute, want: cliapi.CheckWarning, says: "the API server's clock is 5m0s behind this machine's, and which of the two is wrong isn't known"},
		"the API server is ahead":               {api: 5 * time.Minute, want: cliapi.CheckUnknown, says: "the token isn't valid yet: the API server's clock is 5m0s ahead"},
		"the API server is far behind":          {api: -2 * time.Hour, want: cliapi.CheckUnknown, says: "the token has expired"},
		"STS agrees":                            {asked: true, want: cliapi.CheckPassed, says: "valid by the clock of STS"},
		"STS is ahead":                          {asked: true, sts: 2 * time.Hour, want: cliapi.CheckFailed, says: "the token has expired; the clock of STS is 2h0m0s ahead of the API server's and this machine's, which agree"},
		"STS is behind":                         {asked: true, sts: -time.Hour, want: cliapi.CheckFailed, says: "isn't valid yet; the clock of STS is 1h0m0s behind"},
		"the API server alone is ahead":         {asked: true, api: time.Hour, want: cliapi.CheckFailed, says: "isn't valid yet; the API server's clock is 1h0m0s ahead of that of STS and this machine's, which agree"},
		"this machine is ahead":                 {asked: true, api: -time.Hour, sts: -time.Hour, want: cliapi.CheckWarning, says: "this machine's clock is 1h0m0s ahead of the API server's and that of STS, which agree"},
		"this machine is ahead, and STS grants": {granted: true, api: -time.Hour, sts: -time.Hour, want: cliapi.CheckWarning, says: "this machine's clock"},
		"three times":                           {asked: true, api: -time.Hour, sts: time.Hour, want: cliapi.CheckFailed, says: "the API server's is 1h0m0s behind and that of STS 1h0m0s ahead"},
		"STS alone says it":                     {asked: true, code: "AuthenticationFail.OIDCToken.Expired", want: cliapi.CheckFailed, says: "by the clock of STS the token has expired: "},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.now = w.token.issued.Add(-tt.api)
			answer := sts.Answer{Code: "Throttling.User", Date: w.now.Add(time.Second + tt.sts)}
			if tt.code != "" {
				answer.Code = tt.code
			}
			if tt.granted {
				answer.Code, answer.Status = "", 200
			}
			if tt.asked || tt.granted {
				w.answers(answer)
			}
			links, err := judge(w.chain())
			if err != nil {
				t.Fatal(err)
			}
			got := links[7]
			if got.Name != linkClock || got.Status != tt.want || !strings.Contains(got.Message, tt.says) {
				t.Errorf("want %s with %q, got %+v", tt.want, tt.says, got)
			}
			for _, l := range links {
				if l.Name != linkClock && l.Status == cliapi.CheckFailed && l.Name != linkSTS {
					t.Errorf("want the clock alone to fail, got %+v", l)
				}
			}
		})
	}
}
