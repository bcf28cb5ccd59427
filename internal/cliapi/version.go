package cliapi

// ProgramVersion is what version prints: the program, and the webhook's releases
// that it knows.
type ProgramVersion struct {
	Program
	WebhookReleases []Release `json:"webhookReleases"`
}

// Program is what this program was built from.
type Program struct {
	Version   string `json:"version"`
	GitCommit string `json:"gitCommit,omitempty"`
	// Modified says that the commit isn't all that it was built from.
	Modified  bool   `json:"modified,omitempty"`
	GoVersion string `json:"goVersion"`
	Platform  string `json:"platform"`
}

// Release is one of the webhook's.
type Release struct {
	Version string `json:"version"`
	Date    string `json:"date"`
	// Adds are the rules that came with it.
	Adds []Rule `json:"adds,omitempty"`
}

// Rule is one thing that the webhook does.
type Rule struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Upgrade is what version --changes prints.
type Upgrade struct {
	From string `json:"from"`
	To   string `json:"to"`
	// Downgrade tells that the changes are taken away.
	Downgrade bool      `json:"downgrade,omitempty"`
	Changes   []Release `json:"changes"`
}
