// Package demo is the web page of «mvkbot demo»: phones of residents and of staff with
// their chats, SMS and letters, a clock to move and a bot to kill, over the simulator
// of the Bot API.
//
// It promises that what the page shows is what the simulator holds, at once and
// after a reconnect; that texts, files and letters of a bot or a gateway run no
// script in the page; and that the page loads nothing from anywhere else.
//
// It refuses requests under a name that is not loopback, and requests that other
// sites make a browser send. It checks no password: it is for one person at one
// machine. Everything is kept in memory and forgotten with the Server.
package demo
