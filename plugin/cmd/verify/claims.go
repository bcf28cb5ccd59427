package verify

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// claims are what a token says. The token itself is kept out of it, so that nothing that
// is printed can hold it.
type claims struct {
	issuer, subject, id string
	audience            []string
	// issued is by the clock of the API server. notBefore is zero for a token without.
	issued, notBefore, expires time.Time
}

// readClaims reads a token without a look at its signature: it is the API server's own.
// The errors hold nothing of the token.
func readClaims(token string) (claims, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return claims{}, errors.New("reading the API server's token: it isn't a header, a payload and a signature")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return claims{}, errors.New("reading the API server's token: its payload isn't in base64")
	}
	var said struct {
		Issuer    string   `json:"iss"`
		Subject   string   `json:"sub"`
		ID        string   `json:"jti"`
		Audience  audience `json:"aud"`
		Issued    seconds  `json:"iat"`
		NotBefore seconds  `json:"nbf"`
		Expires   seconds  `json:"exp"`
	}
	switch err := json.Unmarshal(payload, &said); {
	case err != nil:
		return claims{}, errors.New("reading the API server's token: its payload isn't JSON with the claims of a token")
	case said.Issuer == "" || said.Subject == "" || said.Expires == 0 || said.Issued == 0:
		return claims{}, errors.New("reading the API server's token: it lacks one of the claims iss, sub, iat and exp")
	}
	return claims{
		issuer: said.Issuer, subject: said.Subject, id: said.ID, audience: said.Audience,
		issued: said.Issued.time(), notBefore: said.NotBefore.time(), expires: said.Expires.time(),
	}, nil
}

// seconds are since 1970; a token may have parts of one.
type seconds float64

func (s seconds) time() time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(int64(s), 0).UTC()
}

// audience is one, or a list of them.
type audience []string

// UnmarshalJSON implements json.Unmarshaler.
func (a *audience) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(a))
}
