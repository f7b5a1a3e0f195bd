//! A connector as the registry lists it: its name, its configuration and how to build one.

use std::sync::Arc;

use schemars::{Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use signalbox_model::SeverityColumn;

use crate::Context;
use crate::role::{
    Bounded, CheckReport, Destination, Listener, Normalize, Source, Ticketing, Webhook,
};
use crate::testkit::Simulator;
use crate::testkit::certification::Certification;

/// The code for one product or protocol. One constant per connector, listed in the registry.
pub struct Connector {
    /// The word after `connector:` in the configuration, such as `servicenow`.
    pub name: &'static str,
    /// One sentence for lists.
    pub summary: &'static str,
    /// The roles an integration of it can play.
    pub roles: &'static [Role],
    /// The schema of its configuration, from the doc comments of its `Config`.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
    /// Builds an integration from a configuration that matched the schema.
    pub build: fn(serde_json::Value, &Context) -> Result<Roles, Vec<BuildError>>,
    /// The vendor's severities, where it has any.
    pub severities: &'static [&'static SeverityColumn],
    /// The configuration, as JSON, by which `signalbox decode` builds a source where none is given.
    pub decode_config: Option<&'static str>,
    /// The vendor, faked with state, limits and its own error bodies.
    pub simulator: Option<fn() -> Arc<dyn Simulator>>,
    /// How each of its roles is certified: what stands for the vendor, and how that is troubled.
    pub certification: &'static [Certification],
}

/// What an integration can be in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Events come in.
    Source,
    /// Events and notifications go out.
    Destination,
    /// Alerts become tickets.
    Ticketing,
}

impl Role {
    /// Returns the role as shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Destination => "destination",
            Self::Ticketing => "ticketing",
        }
    }
}

/// The roles that one integration plays, as built from its configuration.
#[derive(Clone, Default)]
pub struct Roles {
    /// Takes events over HTTP.
    pub webhook: Option<Arc<dyn Webhook>>,
    /// Takes events over sockets of its own.
    pub listener: Option<Arc<dyn Listener>>,
    /// What is polled.
    pub sources: Vec<Arc<dyn Source>>,
    /// Maps what any of its sources received; present whenever a source role is.
    pub normalize: Option<Arc<dyn Normalize>>,
    /// Takes events and notifications.
    pub destination: Option<Arc<dyn Destination>>,
    /// Takes alerts as tickets.
    pub ticketing: Option<Arc<dyn Ticketing>>,
    /// What is spoken with the product that is asked or sent to, with its version, for people.
    pub api: Option<String>,
}

impl Roles {
    /// Returns whether events come in by it.
    pub fn is_source(&self) -> bool {
        self.webhook.is_some() || self.listener.is_some() || !self.sources.is_empty()
    }

    /// Proves reachability, credentials and permission with one harmless call, which comes to an end;
    /// `None` for a source that is only sent to, of which nothing can be asked.
    pub async fn check(&self) -> Option<CheckReport> {
        match (&self.ticketing, &self.destination, self.sources.first()) {
            (Some(ticketing), ..) => Some(Bounded::ticketing(ticketing.clone()).check().await),
            (_, Some(destination), _) => {
                Some(Bounded::destination(destination.clone()).check().await)
            }
            (.., Some(source)) => Some(Bounded::source(source.clone()).check().await),
            _ => None,
        }
    }
}

/// A mistake in an integration's configuration that its schema cannot see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError {
    /// JSON pointer below the integration, such as `/auth/key`; empty for the whole.
    pub pointer: String,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl BuildError {
    /// Creates an error at `pointer`.
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }

    /// Reads a typed configuration out of one that matched its schema.
    ///
    /// # Errors
    /// Where schema and type disagree, which is a bug of the connector; said at the integration.
    pub fn parse<C: DeserializeOwned>(config: serde_json::Value) -> Result<C, Vec<Self>> {
        serde_json::from_value(config).map_err(|error| vec![Self::at("", error.to_string())])
    }
}
