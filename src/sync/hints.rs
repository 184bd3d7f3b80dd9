//! Hints between tabs: that something has changed, and how the tab that syncs fares; never an entry. One that is lost costs time, nothing
//! else.

use subzero_ledger::ids::ShopId;
use subzero_sync::fault::Attention;
use subzero_sync::replica::Status;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

/// What has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// This tab recorded an entry, and knows. Never leaves the tab.
    Mine(u64),
    /// Another tab recorded an entry.
    Appended(u64),
    /// The server has acked entries, and may have said something odd about them.
    Acked,
    /// The outbox was numbered anew.
    Renumbered,
    /// A shop's copy has moved on.
    Stored(ShopId),
    /// The copies of all shops begin with another snapshot.
    Begun,
    /// Somebody wants to see rows that are folded into it.
    Older,
    /// How the tab that syncs fares.
    Link(Link),
    /// A tab has just begun: how does the tab that syncs fare?
    Hello,
    /// A person wants everything sent now.
    Hurry,
    /// The device was paired again: there is another token.
    Paired,
    /// There is something new that a person should know, or it was seen.
    Alerts,
    /// The server has told what it last heard of the account's devices.
    Devices,
    /// Somebody signed in or out.
    Session,
    /// This tab has begun to sync: it looks at everything once. Never leaves the tab.
    Leading,
}

/// How the tab that syncs fares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Whether the server answers.
    pub online: bool,
    /// Whether everything the server has is here.
    pub up_to_date: bool,
    /// What a person must do.
    pub needs_attention: Option<Attention>,
}

impl Link {
    /// What of a status is the same for every tab.
    pub fn of(status: &Status) -> Self {
        let Status { online, up_to_date, needs_attention, .. } = *status;
        Self { online, up_to_date, needs_attention }
    }
}

impl Hint {
    fn to_text(self) -> Option<String> {
        let text = match self {
            Self::Mine(_) | Self::Leading => return None,
            Self::Appended(dseq) => format!("appended {dseq}"),
            Self::Acked => "acked".to_owned(),
            Self::Renumbered => "renumbered".to_owned(),
            Self::Stored(shop) => format!("stored {shop}"),
            Self::Begun => "begun".to_owned(),
            Self::Older => "older".to_owned(),
            Self::Link(Link { online, up_to_date, needs_attention }) => {
                let place = ATTENTIONS.iter().position(|known| needs_attention == Some(*known));
                let attention = place.map_or_else(|| "none".to_owned(), |place| place.to_string());
                format!("link {online} {up_to_date} {attention}")
            }
            Self::Hello => "hello".to_owned(),
            Self::Hurry => "hurry".to_owned(),
            Self::Paired => "paired".to_owned(),
            Self::Alerts => "alerts".to_owned(),
            Self::Devices => "devices".to_owned(),
            Self::Session => "session".to_owned(),
        };
        Some(text)
    }

    /// None for what another version may say.
    fn from_text(text: &str) -> Option<Self> {
        match *text.split(' ').collect::<Vec<_>>() {
            ["acked"] => Some(Self::Acked),
            ["renumbered"] => Some(Self::Renumbered),
            ["begun"] => Some(Self::Begun),
            ["older"] => Some(Self::Older),
            ["hello"] => Some(Self::Hello),
            ["hurry"] => Some(Self::Hurry),
            ["paired"] => Some(Self::Paired),
            ["alerts"] => Some(Self::Alerts),
            ["devices"] => Some(Self::Devices),
            ["session"] => Some(Self::Session),
            ["appended", dseq] => dseq.parse().ok().map(Self::Appended),
            ["stored", shop] => shop.parse().ok().map(|shop| Self::Stored(ShopId(shop))),
            ["link", online, up_to_date, attention] => Some(Self::Link(Link {
                online: online.parse().ok()?,
                up_to_date: up_to_date.parse().ok()?,
                needs_attention: match attention {
                    "none" => None,
                    place => Some(*ATTENTIONS.get(place.parse::<usize>().ok()?)?),
                },
            })),
            _ => None,
        }
    }
}

/// By their place in a hint's text.
const ATTENTIONS: [Attention; 7] = [
    Attention::PairAgain,
    Attention::NotAllowed,
    Attention::Reload,
    Attention::ServerRefuses,
    Attention::DeviceFull,
    Attention::OutboxDamaged,
    Attention::NotSending,
];

/// The channel to the other tabs; silent where the browser has none.
pub struct Hints {
    channel: Option<BroadcastChannel>,
    _hear: Closure<dyn FnMut(MessageEvent)>,
}

impl Hints {
    /// Opens the channel of these databases. `hear` is called for hints of other tabs, never for this one's.
    pub fn open(prefix: &str, hear: impl Fn(Hint) + 'static) -> Self {
        let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(hint) = event.data().as_string().as_deref().and_then(Hint::from_text) {
                hear(hint);
            }
        });
        let channel = BroadcastChannel::new(&format!("{prefix}subzero")).ok();
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        }
        Self { channel, _hear: hear }
    }

    /// Tells the other tabs.
    pub fn post(&self, hint: Hint) {
        if let (Some(channel), Some(text)) = (&self.channel, hint.to_text()) {
            // A closed channel has nobody to tell.
            let _ = channel.post_message(&JsValue::from_str(&text));
        }
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.set_onmessage(None);
            channel.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_come_back_as_they_went_and_strange_ones_are_passed_over() {
        let one = [Hint::Appended(7), Hint::Acked, Hint::Renumbered, Hint::Stored(ShopId(3)), Hint::Begun, Hint::Hello];
        let links = ATTENTIONS.map(Some).into_iter().chain([None]).map(|needs_attention| {
            Hint::Link(Link { online: true, up_to_date: needs_attention.is_none(), needs_attention })
        });
        for hint in
            one.into_iter().chain([Hint::Hurry, Hint::Paired, Hint::Alerts, Hint::Devices, Hint::Session]).chain(links)
        {
            assert_eq!(hint.to_text().as_deref().and_then(Hint::from_text), Some(hint));
        }
        assert_eq!((Hint::Mine(7).to_text(), Hint::Leading.to_text()), (None, None));
        for strange in ["", "appended", "appended x", "stored -1", "acked 1", "link true", "link true true 99", "newer"]
        {
            assert_eq!(Hint::from_text(strange), None, "{strange}");
        }
    }
}
