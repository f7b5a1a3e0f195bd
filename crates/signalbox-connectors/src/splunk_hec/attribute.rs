//! The names under which a raw event carries what HEC said about it; mappings read them too.

/// The name of the token it was sent with, from the configuration.
pub(super) const TOKEN: &str = "token";

/// The event's own time, in milliseconds since 1970.
pub(super) const TIME: &str = "time";

/// The host it comes from.
pub(super) const HOST: &str = "host";

/// The file, port or program it comes from.
pub(super) const SOURCE: &str = "source";

/// Splunk's name for its format.
pub(super) const SOURCETYPE: &str = "sourcetype";

/// The index it is meant for.
pub(super) const INDEX: &str = "index";

/// The indexed fields: a flat JSON object.
pub(super) const FIELDS: &str = "fields";
