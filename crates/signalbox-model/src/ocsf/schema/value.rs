//! The judgement of one attribute: its type, its limits, its enumeration and the word beside it.

use serde_json::Value;

use super::table::AttributeRule;
use super::validate::{Judge, Object, present};
use super::violation::Code;

impl Judge<'_> {
    pub(super) fn attribute(
        &mut self,
        value: &Value,
        rule: &'static AttributeRule,
        object: &Object,
        name: &str,
        path: &str,
    ) {
        if let Some(version) = rule.deprecated_since {
            let message = format!("`{name}` is deprecated since {version}");
            self.report(Code::AttributeDeprecated, path, message);
        }
        let word = rule.sibling.and_then(|sibling| present(object, sibling));
        match (rule.is_array, value.as_array()) {
            (true, Some(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    self.value(item, rule, &path);
                    self.enum_item(item, rule, word, index, &path);
                }
            }
            (true, None) => self.wrong_type(path, &format!("array of {}", rule.type_name), value),
            (false, _) => {
                self.value(value, rule, path);
                self.enum_value(value, rule, word, path);
            }
        }
    }

    fn value(&mut self, value: &Value, rule: &'static AttributeRule, path: &str) {
        if rule.is_object {
            match (value.as_object(), self.schema.objects.get(rule.type_name)) {
                (Some(object), Some(entity)) => self.entity(object, entity, path),
                (Some(_), None) => {}
                (None, _) => self.wrong_type(path, &format!("object {}", rule.type_name), value),
            }
            return;
        }
        let fits = match self.schema.base_type(rule) {
            "boolean_t" => value.is_boolean(),
            "float_t" => value.is_f64(),
            "integer_t" | "long_t" => value.is_i64() || value.is_u64(),
            "string_t" => value.is_string(),
            _ => true,
        };
        if !fits {
            self.wrong_type(path, rule.type_name, value);
            return;
        }
        self.bounds(value, rule, path);
    }

    fn bounds(&mut self, value: &Value, rule: &AttributeRule, path: &str) {
        let Some(limits) = self.schema.types.get(rule.type_name) else { return };
        if let (Some((low, high)), Some(number)) = (limits.range, value.as_i64())
            && !(low..=high).contains(&number)
        {
            let message = format!("`{number}` is not within {low} to {high}");
            self.report(Code::ValueExceedsRange, path, message);
        }
        if let (Some(most), Some(text)) = (limits.length_max, value.as_str())
            && text.chars().count() > most
        {
            self.report(Code::ValueExceedsLength, path, format!("longer than {most} characters"));
        }
    }

    fn enum_value(
        &mut self,
        value: &Value,
        rule: &AttributeRule,
        word: Option<&Value>,
        path: &str,
    ) {
        let Some(captions) = self.schema.captions(rule) else { return };
        let key = key_of(value);
        let Some((_, caption)) = captions.iter().find(|(number, _)| *number == key) else {
            self.report(Code::EnumValueUnknown, path, format!("`{key}` is none of its values"));
            return;
        };
        let Some(word) = word else { return };
        match (key.as_str(), word.as_str() == Some(caption)) {
            ("99", true) => {
                let message = "beside 99 belongs the source's own word".to_owned();
                self.report(Code::EnumSiblingSuspicious, path, message);
            }
            ("99", false) | (_, true) => {}
            (_, false) => {
                let message = format!("the word beside `{key}` is `{caption}`, not {word}");
                self.report(Code::EnumSiblingIncorrect, path, message);
            }
        }
    }

    fn enum_item(
        &mut self,
        value: &Value,
        rule: &AttributeRule,
        words: Option<&Value>,
        index: usize,
        path: &str,
    ) {
        let Some(captions) = self.schema.captions(rule) else { return };
        let key = key_of(value);
        let Some((_, caption)) = captions.iter().find(|(number, _)| *number == key) else {
            let message = format!("`{key}` is none of its values");
            self.report(Code::EnumArrayValueUnknown, path, message);
            return;
        };
        if key == "99" {
            return;
        }
        let Some(words) = words.and_then(Value::as_array) else { return };
        match words.get(index) {
            None => {
                let message = format!("the word `{caption}` is missing beside it");
                self.report(Code::EnumArraySiblingMissing, path, message);
            }
            Some(word) if word.as_str() != Some(caption) => {
                let message = format!("the word beside `{key}` is `{caption}`, not {word}");
                self.report(Code::EnumArraySiblingIncorrect, path, message);
            }
            Some(_) => {}
        }
    }
}

/// Enumerations are keyed by text, whatever the type of the attribute.
fn key_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
