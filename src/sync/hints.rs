//! Hints between tabs: that something has changed, never what. One that is lost costs time, nothing else.

use subzero_ledger::ids::ShopId;
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
    /// Whether the server answers the tab that syncs.
    Online(bool),
    /// A tab has just begun: does the server answer?
    Hello,
}

impl Hint {
    fn to_text(self) -> Option<String> {
        match self {
            Self::Mine(_) => None,
            Self::Appended(dseq) => Some(format!("appended {dseq}")),
            Self::Acked => Some("acked".to_owned()),
            Self::Renumbered => Some("renumbered".to_owned()),
            Self::Stored(shop) => Some(format!("stored {shop}")),
            Self::Online(true) => Some("online".to_owned()),
            Self::Online(false) => Some("offline".to_owned()),
            Self::Hello => Some("hello".to_owned()),
        }
    }

    /// None for what a newer version may say.
    fn from_text(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            None if text == "acked" => Some(Self::Acked),
            None if text == "renumbered" => Some(Self::Renumbered),
            None if text == "online" => Some(Self::Online(true)),
            None if text == "offline" => Some(Self::Online(false)),
            None if text == "hello" => Some(Self::Hello),
            Some(("appended", dseq)) => dseq.parse().ok().map(Self::Appended),
            Some(("stored", shop)) => shop.parse().ok().map(|shop| Self::Stored(ShopId(shop))),
            None | Some(_) => None,
        }
    }
}

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
        let one = [Hint::Appended(7), Hint::Acked, Hint::Renumbered, Hint::Stored(ShopId(3))];
        for hint in one.into_iter().chain([Hint::Online(true), Hint::Online(false), Hint::Hello]) {
            assert_eq!(hint.to_text().as_deref().and_then(Hint::from_text), Some(hint));
        }
        assert_eq!(Hint::Mine(7).to_text(), None);
        for strange in ["", "stored", "stored x", "appended -1", "acked 1", "sold 3"] {
            assert_eq!(Hint::from_text(strange), None, "{strange}");
        }
    }
}
