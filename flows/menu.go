package flows

import "unicode/utf8"

// Having an account (SPEC §2.5, §2.7).
const (
	mainMenu      State = "main_menu"
	showContracts State = "show_contracts"
	confirmUnbind State = "confirm_unbind"
	nameContract  State = "name_contract"
)

const (
	bindPressed      Event = "bind_pressed"
	contractsPressed Event = "contracts_pressed"
	dataPressed      Event = "data_pressed"
	supportPressed   Event = "support_pressed"
	unbindPressed    Event = "unbind_pressed"
	unbindConfirmed  Event = "unbind_confirmed"
	unbindDropped    Event = "unbind_dropped"
	nextPressed      Event = "next_pressed"
	prevPressed      Event = "prev_pressed"
	renamePressed    Event = "rename_pressed"
	labelGiven       Event = "label_given"
	labelWrong       Event = "label_wrong"
	labelDropped     Event = "label_dropped"
)

var menu = Flow{
	Name:     "menu",
	Start:    mainMenu,
	OnStart:  always(restarted),
	OnCancel: always(cancelled),
	Always: accountRows(map[Event]Move{
		restarted: {To: mainMenu},
		cancelled: {To: mainMenu},
	}),
	States: map[State]Node{
		mainMenu: {
			Ask: "menu.ask", Args: menuArgs,
			Buttons: [][]Choice{
				{{Caption: "button.bind", Event: bindPressed}},
				{{Caption: "button.contracts", Event: contractsPressed}, {Caption: "button.data", Event: dataPressed}},
				{{Caption: "button.support", Event: supportPressed}, {Caption: "button.help", Event: helpPressed}},
			},
			Decide: map[Event]Decision{
				bindPressed: bindOrWait[bindPressed],
				linkOpened:  {Into: []Event{linkOpened, linkBound, linkPaused}, By: openLink},
			},
			On: map[Event]Move{
				linkOpened:       {To: chooseKind, Say: "link.opened", Do: useLink},
				linkBound:        {To: mainMenu, Say: "bind.already", Do: dropLink},
				linkPaused:       {To: mainMenu, Say: "bind.paused", Do: dropLink},
				bindPressed:      {To: chooseKind, Do: dropBinding},
				bindingPaused:    {To: mainMenu, Say: "bind.paused"},
				contractsPressed: {To: showContracts, Do: firstPage},
				dataPressed:      {To: showData},
				supportPressed:   {To: askSupport},
			},
		},
		showContracts: {
			Ask: "menu.contracts", Args: contractsArgs, List: contractButtons, Lists: []Event{unbindPressed, renamePressed},
			Buttons: [][]Choice{
				{{Caption: "button.prev", Event: prevPressed, When: hasPrev}, {Caption: "button.next", Event: nextPressed, When: hasNext}},
				{{Caption: "button.bind", Event: bindPressed}},
				helpBack,
			},
			Decide: bindOrWait,
			On: map[Event]Move{
				unbindPressed: {To: confirmUnbind, Do: chooseContract},
				renamePressed: {To: nameContract, Do: chooseContract},
				bindingPaused: {To: showContracts, Say: "bind.paused"},
				prevPressed:   {To: showContracts, Do: func(s *Scene) { s.c.Page-- }},
				nextPressed:   {To: showContracts, Do: func(s *Scene) { s.c.Page++ }},
				bindPressed:   {To: chooseKind, Do: dropBinding},
				backPressed:   {To: mainMenu},
			},
		},
		confirmUnbind: {
			Ask: "menu.confirm_unbind", Args: chosenArgs,
			Buttons: [][]Choice{
				{{Caption: "button.yes_unbind", Event: unbindConfirmed}},
				{{Caption: "button.keep_bound", Event: unbindDropped}},
				helpBack,
			},
			On: map[Event]Move{
				unbindConfirmed: {To: showContracts, Say: "menu.unbound", Do: unbind},
				unbindDropped:   {To: showContracts},
				backPressed:     {To: showContracts},
			},
		},
		nameContract: {
			Ask: "menu.name", Args: chosenArgs, Read: readLabel,
			Buttons: [][]Choice{{{Caption: "button.no_name", Event: labelDropped, When: hasLabel}}, helpBack},
			On: map[Event]Move{
				labelGiven:   {To: showContracts, Say: "menu.named"},
				labelDropped: {To: showContracts, Say: "menu.unnamed", Do: func(s *Scene) { s.label("") }},
				labelWrong:   {Say: "menu.name_wrong"},
				backPressed:  {To: showContracts},
			},
		},
	},
}

// bindOrWait spares a resident whose tries are spent the way to «Привязать».
var bindOrWait = map[Event]Decision{bindPressed: {Into: []Event{bindPressed, bindingPaused}, By: func(s *Scene) Event {
	if until := s.bindUntil(); !until.IsZero() {
		s.args.Until = s.unix(until.Unix())
		return bindingPaused
	}
	return bindPressed
}}}

// maxBeside is the longest number whose button leaves room for another beside it.
const maxBeside = 10

// pageSize is how many contracts a message shows.
const pageSize = 8

// listedAddress is how many characters of an address a list shows: a page of
// them must fit into one message.
const listedAddress = 120

func menuArgs(s *Scene) Args {
	return Args{Account: s.c.Account, N: len(s.l.Bindings(s.c.Account))}
}

func firstPage(s *Scene) { s.c.Page = 0 }

// shown is the part of the account's contracts that the current page lists.
func (s *Scene) shown() (list []BoundContract, first, pages int) {
	all := s.l.Bindings(s.c.Account)
	pages = max(1, (len(all)+pageSize-1)/pageSize)
	page := min(max(s.c.Page, 0), pages-1)
	first = page * pageSize
	for _, b := range all[first:min(first+pageSize, len(all))] {
		c := s.contract(b.Number)
		c.Address = shorten(c.Address, listedAddress)
		list = append(list, BoundContract{c, b.Name, b.Lost != 0})
	}
	return list, first, pages
}

// contract is what the directory says of a bound contract; one that vanished
// from it is shown by its number.
func (s *Scene) contract(n Number) Contract {
	if c, ok := s.l.Contract(n); ok {
		return c
	}
	return Contract{Number: n}
}

func contractsArgs(s *Scene) Args {
	list, first, pages := s.shown()
	return Args{Contracts: list, N: first, Pages: pages, Left: first/pageSize + 1}
}

func contractButtons(s *Scene) [][]Button {
	list, first, _ := s.shown()
	var rows [][]Button
	for i, c := range list {
		a := Args{N: first + i + 1, Number: c.Number}
		unbind := Button{Caption: "button.unbind", Args: a, Event: unbindPressed, Arg: first + i}
		rename := Button{Caption: "button.rename", Args: a, Event: renamePressed, Arg: first + i}
		if len(c.Number) > maxBeside {
			rows = append(rows, []Button{unbind}, []Button{rename})
			continue
		}
		rows = append(rows, []Button{unbind, rename})
	}
	return rows
}

func hasPrev(s *Scene) bool { return s.c.Page > 0 }

func hasNext(s *Scene) bool {
	_, first, pages := s.shown()
	return first/pageSize+1 < pages
}

func chooseContract(s *Scene) { s.c.Chosen = s.l.Bindings(s.c.Account)[s.args.N].Number }

func chosenArgs(s *Scene) Args {
	return Args{Contract: s.contract(s.c.Chosen), Label: s.labelOf(s.c.Chosen)}
}

// maxLabel is the longest own name of a contract, in characters.
const maxLabel = 30

func (s *Scene) labelOf(n Number) string {
	for _, b := range s.l.Bindings(s.c.Account) {
		if b.Number == n {
			return b.Name
		}
	}
	return ""
}

func hasLabel(s *Scene) bool { return s.labelOf(s.c.Chosen) != "" }

func readLabel(s *Scene) Event {
	name := quote(s.t.Text)
	if name == "" || utf8.RuneCountInString(name) > maxLabel {
		return labelWrong
	}
	s.label(name)
	s.args.Label = name
	return labelGiven
}

func (s *Scene) label(name string) {
	list := append([]Binding(nil), s.l.Bindings(s.c.Account)...)
	for i := range list {
		if list[i].Number == s.c.Chosen {
			list[i].Name = name
		}
	}
	s.l.SetBindings(s.c.Account, list)
}

func unbind(s *Scene) {
	s.args.Contract = s.contract(s.c.Chosen)
	s.release(s.c.Chosen)
	s.c.Chosen = ""
	_, first, _ := s.shown()
	s.c.Page = first / pageSize
}
