package main

import "syscall"

// childAttributes let the bot die with the demo, however that dies, and keep
// the terminal's Ctrl+C from it: the demo ends it in its own order.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}
