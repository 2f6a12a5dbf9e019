package flows

import "log/slog"

// Whatever holds personal data, a code or a captcha's answer masks itself in
// logs: the names of states and texts are shown, what people wrote is not.

// LogValue shows where the conversation is.
func (c Conversation) LogValue() slog.Value {
	return slog.GroupValue(slog.Int64("chat", c.Chat), slog.String("state", string(c.State)), slog.Uint64("account", c.Account))
}

// LogValue shows the fault, not the value.
func (f Field) LogValue() slog.Value { return slog.StringValue(string(f.Fault)) }

// LogValue shows which fields are faulty.
func (f Form) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Any("surname", f.Surname), slog.Any("name", f.Name), slog.Any("patronymic", f.Patronymic),
		slog.Any("phone", f.Phone), slog.Any("email", f.Email),
	)
}

// LogValue shows the masked contacts.
func (r Registration) LogValue() slog.Value {
	return slog.GroupValue(slog.Int64("submitted", r.Submitted), slog.Any("phone", r.Phone), slog.Any("email", r.Email))
}

// LogValue hides the answer.
func (Captcha) LogValue() slog.Value { return slog.StringValue("captcha") }

// LogValue shows how often a code was sent and tried.
func (h Challenge) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("sent", h.Sent), slog.Int("tries", h.Tries))
}

// LogValue shows the masked number.
func (b BindDraft) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", string(b.Kind)), slog.Any("number", b.Number))
}

// LogValue shows the number of the account.
func (a Account) LogValue() slog.Value { return slog.Uint64Value(a.Number) }

// LogValue shows the masked number.
func (b Binding) LogValue() slog.Value { return b.Number.LogValue() }

// LogValue shows the masked number, without flat and address.
func (c Contract) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("number", c.Number), slog.String("kind", string(c.Kind)))
}

// LogValue shows the masked contact.
func (c Contact) LogValue() slog.Value {
	return slog.StringValue(c.Masked())
}

// LogValue shows the name of the budget; its subject may be a contact.
func (b Budget) LogValue() slog.Value { return slog.StringValue(b.Name) }

// LogValue shows what was looked for by, not what.
func (q Query) LogValue() slog.Value { return slog.IntValue(int(q.By)) }

// LogValue shows the numbers of the account and the chat.
func (h Hit) LogValue() slog.Value {
	return slog.GroupValue(slog.Uint64("account", h.Account), slog.Int64("chat", h.Chat))
}

// LogValue shows the numbers of the account and the chat.
func (c Card) LogValue() slog.Value {
	return slog.GroupValue(slog.Uint64("account", c.Account), slog.Int64("chat", c.Chat))
}

// LogValue shows the number and the channel.
func (d DeadLetter) LogValue() slog.Value {
	return slog.GroupValue(slog.Uint64("number", d.Number), slog.String("channel", d.Channel))
}

// LogValue shows what kind of turn it was, not what was written.
func (t Turn) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("kind", int(t.Kind)), slog.Int64("update", t.Update), slog.String("event", string(t.Event)))
}

// LogValue shows nothing: arguments hold what people wrote, codes and contacts.
func (Args) LogValue() slog.Value { return slog.StringValue("args") }

// LogValue shows the fault, not the value.
func (f FieldView) LogValue() slog.Value { return slog.StringValue(string(f.Fault)) }

// LogValue shows the key of the text.
func (l Line) LogValue() slog.Value { return slog.StringValue(string(l.Text)) }

// LogValue shows the event.
func (b Button) LogValue() slog.Value { return slog.StringValue(string(b.Event)) }

// LogValue hides the answer.
func (a Attachment) LogValue() slog.Value { return slog.IntValue(int(a.Kind)) }

// LogValue shows the key of the text.
func (s Say) LogValue() slog.Value { return slog.StringValue(string(s.Text)) }

// LogValue shows the key of the text and the masked number.
func (m SMS) LogValue() slog.Value {
	return slog.GroupValue(slog.String("text", string(m.Text)), slog.Any("to", m.To))
}

// LogValue shows the key of the text and the masked address.
func (m Mail) LogValue() slog.Value {
	return slog.GroupValue(slog.String("text", string(m.Text)), slog.Any("to", m.To))
}

// LogValue shows the key of the text.
func (a Alert) LogValue() slog.Value { return slog.StringValue(string(a.Text)) }

// LogValue shows the masked number.
func (l Link) LogValue() slog.Value { return l.Number.LogValue() }

// LogValue shows the masked contact.
func (c Change) LogValue() slog.Value { return Contact{c.Channel, c.Value}.LogValue() }

// LogValue shows the masked contacts.
func (a Access) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("phone", a.Phone), slog.Any("email", a.Email))
}

// LogValue shows what is told to whom, not about which contact.
func (t Tell) LogValue() slog.Value {
	return slog.GroupValue(slog.Int64("to", t.To), slog.Int("news", int(t.News)))
}

// LogValue hides the detail.
func (l AuditLine) LogValue() slog.Value { return slog.StringValue(string(l.Action)) }

// LogValue shows nothing of what a file holds.
func (Export) LogValue() slog.Value          { return slog.StringValue("export") }
func (ExportedBond) LogValue() slog.Value    { return slog.StringValue("bond") }
func (ExportedDialog) LogValue() slog.Value  { return slog.StringValue("dialog") }
func (ExportedAction) LogValue() slog.Value  { return slog.StringValue("action") }
func (ExportedTicket) LogValue() slog.Value  { return slog.StringValue("ticket") }
func (ExportedMessage) LogValue() slog.Value { return slog.StringValue("message") }
func (ExportedEdition) LogValue() slog.Value { return slog.StringValue("edition") }

// LogValue shows the number of the ticket.
func (t Ticket) LogValue() slog.Value { return slog.Uint64Value(t.Number) }

// LogValue shows the kind, not what was written.
func (m TicketMessage) LogValue() slog.Value { return slog.IntValue(int(m.Kind)) }

// LogValue shows when it was changed.
func (e Edition) LogValue() slog.Value { return slog.Int64Value(e.At) }

// LogValue hides the name.
func (f File) LogValue() slog.Value { return slog.IntValue(int(f.Kind)) }
