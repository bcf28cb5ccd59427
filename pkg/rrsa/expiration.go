package rrsa

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// expiration reads the token's lifetime. A pod that has the key at all hides the
// ServiceAccount's, also with a value that isn't valid. (§3)
func (p *planner) expiration() int64 {
	const name = "service-account-token-expiration"
	level, object := LevelPod, ""
	value, ok := p.in.Template.Annotations[TokenExpirationKey]
	if !ok {
		level, object = LevelServiceAccount, p.in.ServiceAccount.Name
		value, ok = p.in.ServiceAccount.Annotations[TokenExpirationKey]
	}
	if !ok {
		p.set(name, strconv.FormatInt(DefaultExpiration, 10), LevelComponent, "", "")
		return DefaultExpiration
	}
	seconds, err := strconv.ParseInt(value, 10, 64)
	if err == nil && seconds >= minExpiration && seconds <= maxExpiration {
		p.set(name, strconv.FormatInt(seconds, 10), level, object, TokenExpirationKey)
		return seconds
	}
	r := Reason{
		Code: CodeExpirationInvalid, Severity: Warning, Level: level, Field: annotationField(TokenExpirationKey),
		Message: fmt.Sprintf("the token expiration %q is not a whole number of seconds; %d is used", value, DefaultExpiration),
		Hint:    fmt.Sprintf("write the seconds as digits, %d to %d", minExpiration, maxExpiration),
	}
	d, durationErr := time.ParseDuration(value)
	if s := int64(d / time.Second); durationErr == nil && d%time.Second == 0 && s >= minExpiration && s <= maxExpiration {
		r.Hint += fmt.Sprintf(": %q is \"%d\"", value, s)
	}
	if err == nil || errors.Is(err, strconv.ErrRange) {
		r.Code = CodeExpirationOutOfRange
		r.Message = fmt.Sprintf("the token expiration %s is outside %d to %d seconds; %d is used", value, minExpiration, maxExpiration, DefaultExpiration)
		r.Hint = fmt.Sprintf("write %d to %d; a value out of range is not moved to the nearest bound", minExpiration, maxExpiration)
	}
	p.add(r)
	p.set(name, strconv.FormatInt(DefaultExpiration, 10), LevelComponent, "", "")
	return DefaultExpiration
}
