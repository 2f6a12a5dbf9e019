// Package sms hands short messages to a gateway over HTTP: to Kannel, or to any
// provider whose request fits a URL template.
//
// It promises that one Send is one request at most (no redirect is followed, no
// connection is used twice, because net/http repeats a GET that fails on a used
// one), that the outcome is exact (see Sender.Send), and that errors name
// neither phone, text, URL nor anything that the gateway said. TLS is 1.2 or
// newer; SSL_CERT_FILE names a PEM file of an authority of one's own.
//
// # Kannel
//
//	kannel://user:password@host:13013/?from=MVK&smsc=mts
//
// The query is passed on as it is (from, smsc, dlr-mask, dlr-url, priority,
// validity, …); username, password, to, text, coding and charset are ours. Text
// always goes as UCS-2.
//
// # Templates
//
//	https+get://sms.ru/sms/send?api_id=KEY&json=1&to={digits}&msg={text}#ok="status_code":\s*100[\s\S]*"status_code":\s*100
//	http+post://gateway:8080/send?login=l&psw=p&phones={phone}&mes={text}&id={id}
//	https+post://api.example.ru/v1/send?number=MVK&destination={digits}&text={text}#body=json&header=Authorization:Bearer%20KEY
//
// The scheme names transport and method. In the values of the query stand
// {phone} (+79161234567), {digits} (79161234567), {text} and {id} (the
// message's stable ID, for gateways that refuse a second copy). With post the
// query leaves the URL and becomes the body. user:password@ before the host is
// HTTP basic authentication. The fragment, which never leaves the bot, holds
// options, written like a query (space as %20, plus as %2B, & as %26):
//
//	body=form     the body of a post: application/x-www-form-urlencoded (default) or
//	body=json     one JSON object of strings
//	status=200    the HTTP status that means acceptance, or a range: 200-299 (default)
//	ok=REGEXP     must match the answer's first 64 KiB (syntax of Go's regexp)
//	header=N:V    a header of the request; may be repeated
package sms
