package admin

import "mvkbot/flows"

// Buttons of the card: it opens beside a list, and is brought up to date in place.
const (
	cardOpened flows.Event = "desk_card"
	userShown  flows.Event = "desk_user"
)

// user is the card of a resident.
var user = command{
	name: "user", role: flows.Operator, lookup: true, help: "desk.help.user",
	presses: map[flows.Event]string{userShown: "/user %d", cardOpened: "/user %d"},
	run: func(k *call) {
		if k.t.Event == cardOpened {
			k.pressed = false // the list stays
		}
		if c, _, ok := k.whom(); ok {
			card := k.card(c)
			v := k.cardView(card)
			for len(v.Lines) > 0 && !k.fits("desk.card", flows.Args{Desk: v}) {
				v.Lines = v.Lines[:len(v.Lines)-1]
			}
			k.say("desk.card", flows.Args{Desk: v}, k.cardButtons(card)...)
		}
	},
}

// cardView is the card without what only supervisors may see.
type cardView struct {
	flows.Card
	ID                       string
	Name                     string // masked
	MaskedPhone, MaskedEmail string
	Codes                    []codeView
	Listed                   []flows.BoundContract
	More                     int // contracts that are not listed
	Tickets                  []flows.TicketView
	Lines                    []flows.AuditLine
}

type codeView struct {
	flows.CodeCard
	Name string // masked
}

// How much of a card's lists one message shows at most; of the last ones it shows
// as many as fit.
const (
	cardContracts = 8
	cardAddress   = 120
	cardTickets   = 3
	cardLines     = 20
	cardScanned   = 100 // lines of the log among which those are looked for
	cardDetail    = 80
)

func (k *call) cardView(card flows.Card) cardView {
	v := cardView{
		Card: card, ID: idNote(flows.Conversation{Chat: card.Chat, Account: card.Account}),
		Name: flows.MaskName(card.Surname, card.Name, card.Patronymic), MaskedPhone: card.Phone.Masked(), MaskedEmail: card.Email.Masked(),
	}
	for _, c := range card.Codes {
		v.Codes = append(v.Codes, codeView{c, c.To.Masked()})
	}
	for _, b := range card.Contracts[:min(len(card.Contracts), cardContracts)] {
		b.Address = cut(b.Address, cardAddress)
		v.Listed = append(v.Listed, b)
	}
	v.Tickets = card.Tickets[:min(len(card.Tickets), cardTickets)]
	v.More = len(card.Contracts) - len(v.Listed)
	v.Lines = k.cardEvents(card)
	return v
}

// cardButtons are the deeds that this person may do on this resident now.
func (k *call) cardButtons(card flows.Card) [][]flows.Button {
	var rows [][]flows.Button
	row := func(command *command, when bool, caption flows.Text, e flows.Event) {
		if when && k.role >= command.role {
			rows = append(rows, []flows.Button{button(caption, e, int(card.Chat))})
		}
	}
	rows = append(rows, []flows.Button{button("button.desk_refresh", userShown, int(card.Chat))})
	row(&resend, card.Registered && card.PhoneAt.IsZero(), "button.desk_resend_phone", phoneResent)
	row(&resend, card.Registered && card.EmailAt.IsZero(), "button.desk_resend_email", emailResent)
	row(&verify, card.Registered && card.PhoneAt.IsZero(), "button.desk_verify_phone", phoneVerified)
	row(&verify, card.Registered && card.EmailAt.IsZero(), "button.desk_verify_email", emailVerified)
	for _, t := range card.Tickets[:min(len(card.Tickets), cardTickets)] {
		rows = append(rows, []flows.Button{{Caption: "button.desk_ticket", Args: flows.Args{N: int(t.Number)}, Event: flows.TicketShown, Arg: int(t.Number)}})
	}
	row(&unlock, card.Liftable(), "button.desk_unlock", locksLifted)
	row(&reset, true, "button.desk_reset", dialogReset)
	row(&unbind, len(card.Contracts) > 0, "button.desk_unbind", unbindingAsked)
	row(&reveal, card.Surname != "" || card.Phone != "", "button.desk_reveal", dataRevealed)
	row(&block, card.Blocked.IsZero(), "button.desk_block", residentShut)
	row(&unblock, !card.Blocked.IsZero(), "button.desk_unblock", residentLetIn)
	return rows
}
