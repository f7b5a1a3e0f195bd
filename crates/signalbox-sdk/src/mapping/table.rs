//! What the source's words mean.

use super::config::Constant;

/// Words and their meanings, whatever the words' case.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// By word in small letters, in order.
    entries: Vec<(String, Constant)>,
}

impl Table {
    /// Adds a word; `false` when it is already there.
    pub(super) fn insert(&mut self, word: &str, meaning: Constant) -> bool {
        let word = word.trim().to_ascii_lowercase();
        match self.entries.binary_search_by(|(known, _)| known.cmp(&word)) {
            Ok(_) => false,
            Err(place) => {
                self.entries.insert(place, (word, meaning));
                true
            }
        }
    }

    /// Returns what a word means, if it is listed.
    pub(super) fn meaning(&self, word: &str) -> Option<&Constant> {
        let small = || word.trim().bytes().map(|byte| byte.to_ascii_lowercase());
        let place = self.entries.binary_search_by(|(known, _)| known.bytes().cmp(small())).ok()?;
        self.entries.get(place).map(|(_, meaning)| meaning)
    }

    /// Whether no word is listed.
    pub(super) const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_their_case() {
        let mut table = Table::default();
        for (word, number) in [("Warning", 3), ("error", 4), ("ÜBEL", 5), ("7", 6)] {
            assert!(table.insert(word, Constant::Integer(number)));
        }

        let meanings = ["WARNING ", "Error", "ÜBEL", "7", "info"].map(|word| table.meaning(word));

        let numbers = [3, 4, 5, 6].map(Constant::Integer);
        let [warning, error, evil, seven] = &numbers;
        assert_eq!(meanings, [Some(warning), Some(error), Some(evil), Some(seven), None]);
        assert!(!table.insert("WARNING", Constant::Integer(1)));
    }
}
