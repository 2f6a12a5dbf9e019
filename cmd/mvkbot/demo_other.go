//go:build !linux

package main

import "syscall"

// childAttributes are none where the kernel cannot end a process with its
// parent: after a kill -9 of the demo the bot is left, without anyone to talk to.
func childAttributes() *syscall.SysProcAttr { return nil }
