package simulator

import "strings"

// method is one method of the Bot API.
type method struct {
	name   string
	params map[string]bool
	run    func(*Server, *params) (any, *failure)
}

// methods are all that the server knows, by lower-case name.
var methods = map[string]*method{}

// Parameters that every method which sends a message has (Bot API 10.1).
const sending = " business_connection_id chat_id message_thread_id direct_messages_topic_id" +
	" disable_notification protect_content allow_paid_broadcast message_effect_id" +
	" suggested_post_parameters reply_parameters reply_markup "

// Parameters that every method which edits a message has.
const editing = " business_connection_id chat_id message_id inline_message_id reply_markup "

// Parameters of a caption.
const captioned = " caption parse_mode caption_entities "

func init() {
	for _, m := range []struct {
		name, params string
		run          func(*Server, *params) (any, *failure)
	}{
		{"getMe", "", (*Server).getMe},
		{"logOut", "", (*Server).logOut},
		{"close", "", (*Server).closeBot},
		{"getUpdates", "offset limit timeout allowed_updates", (*Server).getUpdates},
		{"setWebhook", "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token", (*Server).setWebhook},
		{"deleteWebhook", "drop_pending_updates", (*Server).deleteWebhook},
		{"getWebhookInfo", "", (*Server).getWebhookInfo},
		{"sendMessage", sending + "text parse_mode entities link_preview_options", (*Server).sendMessage},
		{"sendPhoto", sending + captioned + "photo show_caption_above_media has_spoiler", (*Server).sendPhoto},
		{"sendDocument", sending + captioned + "document thumbnail disable_content_type_detection", (*Server).sendDocument},
		{"sendVoice", sending + captioned + "voice duration", (*Server).sendVoice},
		{"sendAudio", sending + captioned + "audio duration performer title thumbnail", (*Server).sendAudio},
		{"sendChatAction", "business_connection_id chat_id message_thread_id action", (*Server).sendChatAction},
		{"editMessageText", editing + "text parse_mode entities link_preview_options rich_message", (*Server).editMessageText},
		{"editMessageCaption", editing + captioned + "show_caption_above_media", (*Server).editMessageCaption},
		{"editMessageMedia", editing + "media", (*Server).editMessageMedia},
		{"editMessageReplyMarkup", editing, (*Server).editMessageReplyMarkup},
		{"deleteMessage", "chat_id message_id", (*Server).deleteMessage},
		{"answerCallbackQuery", "callback_query_id text show_alert url cache_time", (*Server).answerCallbackQuery},
		{"setMyCommands", "commands scope language_code", (*Server).setMyCommands},
		{"getMyCommands", "scope language_code", (*Server).getMyCommands},
		{"deleteMyCommands", "scope language_code", (*Server).deleteMyCommands},
		{"setMyDescription", "description language_code", (*Server).setMyDescription},
		{"setMyShortDescription", "short_description language_code", (*Server).setMyShortDescription},
		{"getFile", "file_id", (*Server).getFile},
		{"getChat", "chat_id", (*Server).getChat},
		{"leaveChat", "chat_id", (*Server).leaveChat},
	} {
		known := map[string]bool{}
		for _, name := range strings.Fields(m.params) {
			known[name] = true
		}
		methods[strings.ToLower(m.name)] = &method{m.name, known, m.run}
	}
}

// lookup finds a method; names count in any case. Nil for an unknown one.
func lookup(name string) *method { return methods[strings.ToLower(name)] }
