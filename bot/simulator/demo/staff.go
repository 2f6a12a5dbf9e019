package demo

import "mvkbot/bot/simulator"

// Telegram IDs of the staff on the page, whom whoever starts the bot may give roles.
const (
	Operator      int64 = 5_000_000_101
	Administrator int64 = 5_000_000_102
)

// staff have phones beside the residents'. The IDs lie beyond the last resident's.
var staff = []simulator.User{
	{ID: Operator, FirstName: "Оператор", Username: "mvk_operator", Phone: "+79165550101", LanguageCode: "ru"},
	{ID: Administrator, FirstName: "Администратор", Username: "mvk_administrator", Phone: "+79166660102", LanguageCode: "ru"},
}

func isStaff(id int64) bool { return id == Operator || id == Administrator }
