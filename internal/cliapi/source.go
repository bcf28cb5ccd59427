package cliapi

// Source tells where an object or a value comes from.
type Source struct {
	// From is "input", "config", "flag", "live", "derived", "default" or "unknown".
	From string `json:"from"`
	// Flag is the flag's name without dashes.
	Flag string `json:"flag,omitempty"`
	// File, Document and Line tell the place, as far as it is known.
	File     string `json:"file,omitempty"`
	Document int    `json:"document,omitempty"`
	Line     int    `json:"line,omitempty"`
	// Path is the place in a config, such as "context[0]".
	Path string `json:"path,omitempty"`
	// Of names the settings that a derived value is made of, or the object of a
	// cluster that says a live one.
	Of string `json:"of,omitempty"`
}

// What Source.From may be.
const (
	FromInput   = "input"
	FromConfig  = "config"
	FromFlag    = "flag"
	FromLive    = "live"
	FromDerived = "derived"
	FromDefault = "default"
	FromUnknown = "unknown"
)
