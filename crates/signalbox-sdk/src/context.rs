//! What a connector may use of the world outside its vendor.

use std::collections::BTreeMap;
use std::sync::Arc;

use signalbox_model::secret::SecretResolver;
use signalbox_model::{Clock, IntegrationName, SystemClock};

use crate::mapping::Mapping;

/// Clock, randomness, secrets and mappings for one integration.
#[derive(Clone)]
pub struct Context {
    /// The integration being built.
    pub integration: IntegrationName,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Randomness, seeded in tests.
    pub random: Arc<dyn Random>,
    /// Resolves secret references, at each use, so that rotation needs no restart.
    pub secrets: Arc<dyn SecretResolver>,
    /// The mappings of the configuration and those that ship, by name.
    pub mappings: Arc<BTreeMap<String, Arc<Mapping>>>,
}

impl Context {
    /// Creates a context with the machine's clock and randomness and without mappings: what a
    /// vendor's client needs where it is used as a library.
    pub fn new(integration: IntegrationName, secrets: Arc<dyn SecretResolver>) -> Self {
        Self {
            integration,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            secrets,
            mappings: Arc::default(),
        }
    }

    /// Returns the mapping called `name`.
    ///
    /// # Errors
    /// In words for the operator, with the known name most like it.
    pub fn mapping(&self, name: &str) -> Result<Arc<Mapping>, String> {
        if let Some(mapping) = self.mappings.get(name) {
            return Ok(mapping.clone());
        }
        let distance = |known: &&String| strsim::damerau_levenshtein(known, name);
        Err(match self.mappings.keys().min_by_key(distance) {
            Some(nearest) => format!("`{name}` is no mapping; did you mean `{nearest}`?"),
            None => format!("`{name}` is no mapping; define it below `mappings:`"),
        })
    }
}

/// A source of random numbers.
pub trait Random: Send + Sync {
    /// Returns 64 random bits.
    fn next(&self) -> u64;
}

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn next(&self) -> u64 {
        uuid::Uuid::new_v4().as_u64_pair().1
    }
}
