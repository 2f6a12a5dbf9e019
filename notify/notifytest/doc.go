// Package notifytest starts real remotes for integration tests: Kannel with its
// fake SMSC (StartKannel) and Postfix with STARTTLS and AUTH (StartSMTP). Both
// can be stopped and started again at the same address, to play an outage, and
// both die with the test process.
//
// It needs root, Linux and the Debian packages kannel, kannel-extras, postfix,
// libsasl2-modules, sasl2-bin, iproute2 and util-linux; without them a test
// fails. Nothing listens on any address but loopback: Kannel, whose fake SMSC
// listens on all of them, lives in a network namespace of its own. Everything but
// this comment carries the build tag integration.
package notifytest
