// Package demotest plays a person at the demo page: a real Chromium that types,
// presses and looks. It promises that whatever the page logs as an error, a
// refusal of its own security policy among it, fails the test. It refuses to
// skip: without Chromium the test fails. Its code is built with the tag
// integration only.
package demotest
