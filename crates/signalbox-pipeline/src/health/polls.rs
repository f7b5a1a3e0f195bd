//! An integration that polls several things: what fails of them is told by itself, and once where it is all.
//!
//! They may have other credentials and other limits, so one may fail while the others pass; or they have the
//! same, and then one finding says it of the integration.

use super::edge::{Edge, Passage};

/// One of several things that an integration polls.
#[derive(Clone, Debug)]
pub struct Poll {
    /// Its name among them.
    pub name: String,
    /// Whether anything passes.
    pub passage: Passage,
    /// Why not, in the product's words.
    pub reason: String,
}

impl Edge {
    /// Returns the integration, and each thing that it polls where there are several.
    pub fn with_polls(self, polls: Vec<Poll>) -> Vec<Self> {
        if polls.len() < 2 {
            return vec![self];
        }
        let is_ill = |poll: &Poll| matches!(poll.passage, Passage::Shut | Passage::Parked);
        let are_all_ill = polls.iter().all(is_ill);
        let passage = match self.passage {
            Passage::Disabled => Passage::Disabled,
            of_the_worst if are_all_ill => of_the_worst,
            _ if polls.iter().any(|poll| poll.passage == Passage::Open) => Passage::Open,
            _ => Passage::Unproven,
        };
        let of_poll = |poll: Poll| Self {
            poll: Some(poll.name),
            passage: match passage {
                Passage::Disabled => Passage::Disabled,
                // What was told of it before stays as it is, and nothing is told besides.
                _ if are_all_ill => Passage::Unproven,
                _ => poll.passage,
            },
            reason: poll.reason,
            pending: None,
            silence: None,
            parsing: None,
            hold: None,
            ..self.clone()
        };
        let polls: Vec<Self> = polls.into_iter().map(of_poll).collect();
        std::iter::once(Self { passage, ..self }).chain(polls).collect()
    }
}
