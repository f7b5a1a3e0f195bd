//! Whether Slack would take a message: text, blocks, and their limits.

use serde_json::Value;

use super::workspace::Refused;
use crate::slack::wire::{
    ACTION_ID_LENGTH_MAX, ACTIONS_MAX, BLOCKS_MAX, BUTTON_LENGTH_MAX, CONTEXT_ELEMENTS_MAX,
    FIELD_LENGTH_MAX, FIELDS_MAX, HEADER_LENGTH_MAX, SECTION_LENGTH_MAX, URL_LENGTH_MAX, length,
};

/// Judges the content of a message.
pub(super) fn judge(arguments: &Value) -> Result<(), Refused> {
    let text = arguments["text"].as_str().unwrap_or_default();
    match &arguments["blocks"] {
        Value::Null if text.trim().is_empty() => Err("no_text".into()),
        Value::Null => Ok(()),
        Value::Array(blocks) => judge_blocks(blocks),
        _ => Err("invalid_blocks_format".into()),
    }
}

fn judge_blocks(blocks: &[Value]) -> Result<(), Refused> {
    let mut judge = Judge::default();
    if blocks.len() > BLOCKS_MAX {
        judge.says("/blocks", &format!("no more than {BLOCKS_MAX} items allowed"));
    }
    for (place, block) in blocks.iter().enumerate() {
        judge.block(block, &format!("/blocks/{place}"));
    }
    if !judge.messages.is_empty() {
        return Err(Refused { messages: judge.messages, ..Refused::from("invalid_blocks") });
    }
    if judge.text_length > REAL_BLOCKS_LENGTH_MAX {
        return Err("msg_blocks_too_long".into());
    }
    Ok(())
}

#[derive(Default)]
struct Judge {
    messages: Vec<String>,
    text_length: usize,
}

impl Judge {
    fn says(&mut self, at: &str, what: &str) {
        self.messages.push(format!("[ERROR] {what} [json-pointer:{at}]"));
    }

    fn block(&mut self, block: &Value, at: &str) {
        match block["type"].as_str() {
            Some("header") => {
                self.text(&block["text"], &format!("{at}/text"), HEADER_LENGTH_MAX, &PLAIN);
            }
            Some("section") => self.section(block, at),
            Some("context") => {
                let at = format!("{at}/elements");
                for (element, at) in self.list(&block["elements"], &at, CONTEXT_ELEMENTS_MAX) {
                    self.text(element, &at, SECTION_LENGTH_MAX, &EITHER);
                }
            }
            Some("actions") => {
                let at = format!("{at}/elements");
                for (element, at) in self.list(&block["elements"], &at, ACTIONS_MAX) {
                    self.button(element, &at);
                }
            }
            Some("divider") => {}
            Some(other) => self.says(&format!("{at}/type"), &format!("unsupported type: {other}")),
            None => self.says(at, "missing required field: type"),
        }
    }

    fn section(&mut self, block: &Value, at: &str) {
        if block["text"].is_null() && block["fields"].is_null() {
            self.says(at, "missing required field: text");
        }
        if !block["text"].is_null() {
            self.text(&block["text"], &format!("{at}/text"), SECTION_LENGTH_MAX, &EITHER);
        }
        if !block["fields"].is_null() {
            let at = format!("{at}/fields");
            for (field, at) in self.list(&block["fields"], &at, FIELDS_MAX) {
                self.text(field, &at, FIELD_LENGTH_MAX, &EITHER);
            }
        }
    }

    fn button(&mut self, button: &Value, at: &str) {
        if button["type"] != "button" {
            return self.says(&format!("{at}/type"), "unsupported type");
        }
        self.text(&button["text"], &format!("{at}/text"), BUTTON_LENGTH_MAX, &PLAIN);
        for (name, most) in [("url", URL_LENGTH_MAX), ("action_id", ACTION_ID_LENGTH_MAX)] {
            let value = button[name].as_str().unwrap_or_default();
            if length(value) > most {
                let what = format!("must be less than {} characters", most + 1);
                self.says(&format!("{at}/{name}"), &what);
            }
        }
        let url = button["url"].as_str();
        if url.is_some_and(|url| !url.starts_with("http://") && !url.starts_with("https://")) {
            self.says(&format!("{at}/url"), "invalid url");
        }
    }

    fn text(&mut self, text: &Value, at: &str, most: usize, kinds: &[&str]) {
        let kind = text["type"].as_str().unwrap_or_default();
        if !kinds.contains(&kind) {
            return self.says(&format!("{at}/type"), "must be a valid enum value");
        }
        let is_strange = |name: &str| match name {
            "emoji" => kind != "plain_text",
            "verbatim" => kind != "mrkdwn",
            name => name != "type" && name != "text",
        };
        if text.as_object().is_some_and(|text| text.keys().any(|name| is_strange(name))) {
            self.says(at, "no unknown properties allowed");
        }
        let count = length(text["text"].as_str().unwrap_or_default());
        self.text_length += count;
        if count == 0 {
            self.says(&format!("{at}/text"), "must be more than 0 characters");
        }
        if count > most {
            let what = format!("must be less than {} characters", most + 1);
            self.says(&format!("{at}/text"), &what);
        }
    }

    /// Returns the elements of a list with their places; an empty or overlong one is told.
    fn list<'a>(&mut self, list: &'a Value, at: &str, most: usize) -> Vec<(&'a Value, String)> {
        let elements = list.as_array().map(Vec::as_slice).unwrap_or_default();
        if elements.is_empty() {
            self.says(at, "no fewer than 1 items allowed");
        }
        if elements.len() > most {
            self.says(at, &format!("no more than {most} items allowed"));
        }
        elements
            .iter()
            .zip(0..)
            .map(|(element, n): (_, u32)| (element, format!("{at}/{n}")))
            .collect()
    }
}

const PLAIN: [&str; 1] = ["plain_text"];
const EITHER: [&str; 2] = ["plain_text", "mrkdwn"];

/// What the product was seen refusing (bolt-js issue 2509, 2026-08); the connector stays well below.
const REAL_BLOCKS_LENGTH_MAX: usize = 13_200;
