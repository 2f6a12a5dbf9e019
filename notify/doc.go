// Package notify is the contract of a channel: what became of a message that
// was handed to somebody else's machine.
//
// A channel (packages mail and sms) tries once and tells exactly one of four
// outcomes; it never retries, queues or logs. Whoever holds the outbox decides
// by the outcome: Temporary may be tried again after Backoff, Refused never,
// Unknown only where a second copy does no harm (a letter with the same
// Message-ID, never an SMS; SPEC §6.2).
//
// No error of a channel names a phone, an e-mail address, a code or a secret.
package notify
