//! What peers tell beside their answers, noted while a check runs: where they are, what time they have,
//! which limits they name, how long their certificate lasts.
//!
//! A check says what went well and what did not; these are the things that a healthy call shows in
//! passing. They are noted here, at the one client that all connectors share, so that none of them has to
//! pass headers on. Outside [`observed`] nothing is noted, and addresses are kept without their path, which
//! may be a secret.

mod answered;

use std::cell::RefCell;

pub use answered::Answered;

tokio::task_local! {
    static NOTES: RefCell<Vec<Contact>>;
}

/// A peer that was asked for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Scheme, host and port, such as `https://acme.service-now.com` or `tls://siem.example.com:6514`.
    pub origin: String,
    /// What it answered over HTTP; `None` where no answer came, or another protocol is spoken.
    pub answered: Option<Answered>,
}

/// Does `work` and returns what was noted meanwhile, first to last. Work that `work` hands to other tasks
/// is not seen.
pub async fn observed<F: Future>(work: F) -> (F::Output, Vec<Contact>) {
    let noted = async {
        let outcome = work.await;
        (outcome, NOTES.with(RefCell::take))
    };
    NOTES.scope(RefCell::default(), noted).await
}

/// Notes a contact where somebody wants to know.
pub(crate) fn note(contact: impl FnOnce() -> Contact) {
    let push = |notes: &RefCell<Vec<Contact>>| {
        let mut notes = notes.borrow_mut();
        if notes.len() < CONTACTS_MAX {
            notes.push(contact());
        }
    };
    // Nobody observes: the usual case.
    NOTES.try_with(push).ok();
}

/// Notes an address that is about to be asked.
pub(crate) fn note_origin(origin: impl FnOnce() -> String) {
    note(|| Contact { origin: origin(), answered: None });
}

/// Several times what the longest check asks for.
const CONTACTS_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_happens_is_noted_only_while_somebody_observes() {
        note_origin(|| "https://before.example".to_owned());

        let ((), contacts) =
            observed(async { note_origin(|| "https://a.example".to_owned()) }).await;

        let expected = Contact { origin: "https://a.example".to_owned(), answered: None };
        assert_eq!(contacts, [expected]);
    }

    #[tokio::test]
    async fn no_more_is_kept_than_a_check_can_mean() {
        let talk = async {
            (0..1000).for_each(|_| note_origin(|| "https://a.example".to_owned()));
        };

        let ((), contacts) = observed(talk).await;

        assert_eq!(contacts.len(), CONTACTS_MAX);
    }
}
