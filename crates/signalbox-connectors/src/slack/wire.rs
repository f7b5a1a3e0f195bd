//! Messages as Slack takes them: the part of Block Kit that is used here, and its limits.
//!
//! Lengths are counted in UTF-16 units, of the text as sent: Slack does not say how it counts, and
//! this is never less than any other way.

use serde::{Deserialize, Serialize};

/// What a message shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// What notifications and screen readers say, and all there is where `blocks` is empty. `&`, `<`
    /// and `>` are escaped.
    pub text: String,
    /// What the channel shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
}

impl Message {
    /// Returns the same in words alone, for a Slack that refuses the blocks.
    #[must_use]
    pub fn in_words(&self) -> Self {
        Self { text: self.text.clone(), blocks: Vec::new() }
    }
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// A line in large letters.
    Header {
        /// Plain text.
        text: TextObject,
    },
    /// A paragraph, or short texts in two columns.
    Section {
        /// The paragraph.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<TextObject>,
        /// The short texts.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        fields: Vec<TextObject>,
    },
    /// Small print.
    Context {
        /// Its texts.
        elements: Vec<TextObject>,
    },
    /// Buttons.
    Actions {
        /// The buttons.
        elements: Vec<Button>,
    },
}

/// A text and how Slack reads it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TextObject {
    /// As it stands.
    PlainText {
        /// The text.
        text: String,
        /// Whether `:fire:` becomes a picture.
        emoji: bool,
    },
    /// With Slack's formatting.
    Mrkdwn {
        /// The text; `&`, `<` and `>` are escaped where they are no part of a link.
        text: String,
        /// Whether bare addresses and names stay text instead of becoming links.
        verbatim: bool,
    },
}

impl TextObject {
    /// Makes a text that Slack shows as it stands.
    pub fn plain(text: String) -> Self {
        Self::PlainText { text, emoji: false }
    }

    /// Makes a text with Slack's formatting in which nothing becomes a link by itself.
    pub fn mrkdwn(text: String) -> Self {
        Self::Mrkdwn { text, verbatim: true }
    }
}

/// A button that opens an address.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename = "button")]
pub struct Button {
    /// Its label, plain text.
    pub text: TextObject,
    /// What it opens.
    pub url: String,
    /// Names it within the message.
    pub action_id: String,
}

/// The most blocks of a message (Block Kit reference, 2026-11).
pub(super) const BLOCKS_MAX: usize = 50;

/// The longest header (Block Kit reference, 2026-11).
pub(super) const HEADER_LENGTH_MAX: usize = 150;

/// The longest text of a section (Block Kit reference, 2026-11).
pub(super) const SECTION_LENGTH_MAX: usize = 3000;

/// The most fields of a section (Block Kit reference, 2026-11).
pub(super) const FIELDS_MAX: usize = 10;

/// The longest field (Block Kit reference, 2026-11).
pub(super) const FIELD_LENGTH_MAX: usize = 2000;

/// The most elements of a context block (Block Kit reference, 2026-11).
pub(super) const CONTEXT_ELEMENTS_MAX: usize = 10;

/// The most elements of an actions block (Block Kit reference, 2026-11).
pub(super) const ACTIONS_MAX: usize = 25;

/// The longest label of a button (Block Kit reference, 2026-11).
pub(super) const BUTTON_LENGTH_MAX: usize = 75;

/// The longest address of a button (Block Kit reference, 2026-11).
pub(super) const URL_LENGTH_MAX: usize = 3000;

/// The longest `action_id` (Block Kit reference, 2026-11).
pub(super) const ACTION_ID_LENGTH_MAX: usize = 255;

/// The most text of all blocks together. Not documented: about 13,200 characters are refused with
/// `msg_blocks_too_long` although each block keeps its limit (bolt-js issue 2509, 2026-08).
pub(super) const BLOCKS_LENGTH_MAX: usize = 12_000;

/// The longest `text` of ours; Slack advises 4,000 and cuts at 40,000 (`chat.postMessage`, 2026-11).
pub(super) const TEXT_LENGTH_MAX: usize = 3000;

/// Counts a text as Slack at worst does.
pub(super) fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
