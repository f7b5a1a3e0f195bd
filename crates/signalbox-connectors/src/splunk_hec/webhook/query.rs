//! The query of a request: metadata of raw events, a channel, sometimes a token.

use axum::extract::Query as Pairs;
use http::Uri;

/// The pairs of a query, percent-decoded; an unreadable query is empty.
#[derive(Debug, Default)]
pub(super) struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    pub(super) fn parse(query: &str) -> Self {
        if query.is_empty() {
            return Self::default();
        }
        let uri = Uri::builder().path_and_query(format!("/?{query}")).build();
        let pairs = uri.ok().and_then(|uri| Pairs::try_from_uri(&uri).ok());
        Self { pairs: pairs.map(|Pairs(pairs)| pairs).unwrap_or_default() }
    }

    /// Returns the value of the first pair with this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded() {
        let query = Query::parse("source=%2Fvar%2Flog%20x&index=a+b&index=c&flag");

        assert_eq!(query.get("source"), Some("/var/log x"));
        assert_eq!(query.get("index"), Some("a b"));
        assert_eq!(query.get("flag"), Some(""));
        assert_eq!(query.get("host"), None);
    }
}
