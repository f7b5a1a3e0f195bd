//! What the line's tests and its simulation share: a source of three words, a vendor's list of
//! them, a disk that is tampered with, chance without any, and the ledger's proof.

mod chance;
mod disk;
mod ledger;
mod three_words;
mod word_list;

pub(crate) use chance::NoJitter;
pub(crate) use disk::{Tampering, tampered};
pub(crate) use ledger::{imbalances, stream_terms};
pub(crate) use three_words::{ThreeWords, raw};
pub(crate) use word_list::{WordList, words_read};
