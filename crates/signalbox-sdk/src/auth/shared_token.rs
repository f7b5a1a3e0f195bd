//! One token for all calls of an integration, fetched once for all calls in flight.
//!
//! Whoever needs a token while one is being fetched waits for it, and shares its failure too, so that
//! a dead token endpoint costs one timeout and not one per call. A vendor's 401 drops that very token;
//! a newer one that another call fetched meanwhile stays.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use signalbox_model::secret::Secret;
use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, Error};

/// Keeps the newest token and has it renewed by one caller at a time.
pub struct SharedToken {
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
    renewal: tokio::sync::Mutex<()>,
}

/// A token and how long it is used.
#[derive(Clone, Debug)]
pub struct Token {
    /// What is sent.
    pub text: Secret,
    /// When the next call renews it first. It may still be good for longer.
    pub usable_until: Timestamp,
}

impl SharedToken {
    /// Creates a store without a token; the first call fetches one.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, kept: Mutex::default(), renewal: tokio::sync::Mutex::default() }
    }

    /// Returns a token that is still good. Where there is none, `fetch` is called, by one caller for
    /// all that wait; it is given the token that has grown old, for vendors that extend one. Dropping
    /// the future while it fetches leaves the fetching to the next caller.
    ///
    /// # Errors
    /// Those of `fetch`.
    pub async fn get<F, R>(&self, fetch: F) -> Result<Secret, Error>
    where
        F: FnOnce(Option<Token>) -> R + Send,
        R: Future<Output = Result<Token, Error>> + Send,
    {
        let asked = match self.kept().look(self.clock.now()) {
            Look::Token(token) => return Ok(token),
            Look::Nothing { renewals } => renewals,
        };
        // Held while fetching, on purpose: this is the queue of those who wait for the same token.
        let _turn = self.renewal.lock().await;
        if let Some(shared) = self.kept().renewed_since(asked, self.clock.now()) {
            return shared;
        }
        let old = self.kept().token.clone();
        let outcome = fetch(old).await;
        self.kept().keep(outcome)
    }

    /// Drops `token` after the vendor refused it; the next call fetches another. Does nothing where
    /// another call has renewed it already.
    pub fn invalidate(&self, token: &Secret) {
        let mut kept = self.kept();
        if kept.token.as_ref().is_some_and(|own| own.text.expose() == token.expose()) {
            kept.token = None;
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The newest token, or why there is none.
#[derive(Default)]
struct Kept {
    token: Option<Token>,
    failure: Option<Error>,
    /// How many renewals have ended; tells a waiter whether one ended while it waited.
    renewals: u64,
}

enum Look {
    Token(Secret),
    Nothing { renewals: u64 },
}

impl Kept {
    fn look(&self, now: Timestamp) -> Look {
        match &self.token {
            Some(token) if now < token.usable_until => Look::Token(token.text.clone()),
            _ => Look::Nothing { renewals: self.renewals },
        }
    }

    fn renewed_since(&self, asked: u64, now: Timestamp) -> Option<Result<Secret, Error>> {
        if self.renewals == asked {
            return None;
        }
        match self.look(now) {
            Look::Token(token) => Some(Ok(token)),
            Look::Nothing { .. } => self.failure.clone().map(Err),
        }
    }

    fn keep(&mut self, outcome: Result<Token, Error>) -> Result<Secret, Error> {
        self.renewals += 1;
        self.failure = outcome.as_ref().err().cloned();
        let token = outcome?;
        let text = token.text.clone();
        self.token = Some(token);
        Ok(text)
    }
}
