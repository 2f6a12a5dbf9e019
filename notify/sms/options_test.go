package sms

import (
	"errors"
	"strings"
	"testing"
)

func TestNewFaults(t *testing.T) {
	tests := []struct {
		url  string
		want []error // all of them and no other
	}{
		{"kannel://u:p@localhost:13013/?from=MVK&smsc=mts&dlr-mask=3", nil},
		{"kannel://u:p@[::1]", nil},
		{"http+get://host/path?to={phone}&text={text}", nil},
		{"https+post://u:p@host/?to={digits}&t={text}&id={id}#body=json&status=200-204&ok=%5EOK&header=X-Key:1&header=X-Key:2", nil},
		{"http+post://host?to={phone}&text=code:%20{text}#body=form&status=202", nil},

		{"", []error{errScheme, errHost, errNoPhone, errNoText}},
		{"http+get://host:p%zz", []error{errURL}},
		{"http+get:opaque", []error{errHost, errNoPhone, errNoText}},
		{"ftp://host/?to={phone}&text={text}", []error{errScheme}},
		{"http://host/?to={phone}&text={text}", []error{errScheme}},
		{"http+get:///?to={phone}&text={text}", []error{errHost}},
		{"http+get://host:0/?to={phone}&text={text}", []error{errPort}},
		{"http+get://host:65536/?to={phone}&text={text}", []error{errPort}},
		{"http+get://u@host/?to={phone}&text={text}", []error{errPassword}},
		{"http+get://host/?to={phone}&text={text}&a=%zz", []error{errQuery, errNoPhone, errNoText}},
		{"http+get://host/?text={text}", []error{errNoPhone}},
		{"http+get://host/?to={phone}", []error{errNoText}},
		{"http+get://host/?to={phone}&text={text}&x={to}", []error{errPlaceholder}},
		{"http+get://host/{phone}?to={phone}&text={text}", []error{errPlaceholder}},
		{"http+get://host/?{phone}=1&to={phone}&text={text}", []error{errPlaceholder}},
		{"http+post://host/?to={phone}&to={phone}&text={text}#body=json", []error{errTwice}},
		{"http+get://host/?to={phone}&text={text}#body=json", []error{errBody}},
		{"http+post://host/?to={phone}&text={text}#body=xml", []error{errBody}},
		{"http+post://host/?to={phone}&text={text}#status=199", []error{errStatus}},
		{"http+post://host/?to={phone}&text={text}#status=204-200", []error{errStatus}},
		{"http+post://host/?to={phone}&text={text}#status=ok", []error{errStatus}},
		{"http+post://host/?to={phone}&text={text}#ok=(", []error{errOK}},
		{"http+post://host/?to={phone}&text={text}#ok=", []error{errOK}},
		{"http+post://host/?to={phone}&text={text}#ok=a&ok=b", []error{errOptions}},
		{"http+post://host/?to={phone}&text={text}#ok=%zz", []error{errOptions}},
		{"http+post://host/?to={phone}&text={text}#fail=x", []error{errOptions}},
		{"http+post://host/?to={phone}&text={text}#header=NoColon", []error{errHeader}},
		{"http+post://host/?to={phone}&text={text}#header=Host:evil", []error{errHeader}},
		{"http+post://host/?to={phone}&text={text}#header=A%20B:1", []error{errHeader}},
		{"http+post://host/?to={phone}&text={text}#header=A:1%0D%0AB:2", []error{errHeader}},
		{"kannel://host/?from=MVK", []error{errKannel}},
		{"kannel://u:p@host/elsewhere", []error{errKannel}},
		{"kannel://u:p@host/#ok=x", []error{errKannel}},
		{"kannel://u:p@host/?coding=0", []error{errKannelOwn}},
	}
	all := []error{
		errURL, errScheme, errHost, errPort, errQuery, errPlaceholder, errNoPhone, errNoText, errTwice,
		errPassword, errOptions, errBody, errStatus, errOK, errHeader, errKannel, errKannelOwn,
	}
	for _, tt := range tests {
		_, err := New(Options{URL: tt.url})
		for _, fault := range all {
			want := false
			for _, w := range tt.want {
				want = want || w == fault
			}
			if got := errors.Is(err, fault); got != want {
				t.Errorf("New(%q): reports %q: %v, want %v", tt.url, fault, got, want)
			}
		}
	}
}

// FuzzNew: whatever stands where a secret may stand, errors keep it to themselves.
func FuzzNew(f *testing.F) {
	f.Add("kannel://u:", "@host/?from=MVK")
	f.Add("http+get://host/?key=", "&to={phone}&text={text}")
	f.Add("https+post://host/?to={phone}&text={text}#header=Authorization:", "&ok=[")
	f.Add("http+get://u:p/", ":99999@host?a=%zz")
	f.Add("", "")
	const secret = "hunter2QX"
	f.Fuzz(func(t *testing.T, before, after string) {
		s, err := New(Options{URL: before + secret + after})
		if err != nil {
			if strings.Contains(err.Error(), secret) {
				t.Fatalf("the error shows the secret: %v", err)
			}
			return
		}
		request, err := s.gateway.request(t.Context(), Message{ID: "1", Phone: "+79161234567", Text: "Код 1"})
		if err != nil {
			t.Fatalf("a URL that was taken makes no request: %v", err)
		}
		if request.URL.Fragment != "" || request.URL.User != nil {
			t.Fatalf("fragment or user left in the request's URL")
		}
	})
}
