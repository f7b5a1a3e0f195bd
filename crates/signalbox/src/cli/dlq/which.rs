//! Which dead letters a command is about.

use anyhow::bail;
use clap::{Args, ValueEnum};
use serde_json::Value;
use signalbox_model::time::Timestamp;

use super::super::WrongUsage;
use super::super::time::time_or_age;
use super::{Client, segment};

/// Filters; a dead letter that fits all of them is meant.
#[derive(Args)]
pub(super) struct Which {
    /// Only those of this integration.
    #[arg(long)]
    integration: Option<String>,
    /// Only those that this alert rule sent.
    #[arg(long)]
    rule: Option<String>,
    /// Only those whose reason or answer contains this text.
    #[arg(long, value_name = "TEXT")]
    reason_contains: Option<String>,
    /// Only those given up since then: a time, or an age such as `2h`.
    #[arg(long, value_name = "TIME", value_parser = time_or_age)]
    since: Option<Timestamp>,
    /// Only this kind: steps of alerts, or events and ranges of streams.
    #[arg(long, value_enum)]
    kind: Option<Kind>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Open,
    Update,
    Resolve,
    Event,
    Range,
}

/// Rows of a page while every id is gathered.
const PAGE: usize = 1000;

impl Which {
    /// Returns whether nothing narrows the list.
    fn is_everything(&self) -> bool {
        let Self { integration, rule, reason_contains, since, kind } = self;
        let texts = [integration, rule, reason_contains];
        texts.iter().all(|text| text.is_none()) && since.is_none() && kind.is_none()
    }

    /// Says so where the integration that is asked for is none: what nobody has heard of has no dead letters.
    pub(super) async fn warn_of_unknown_integration(&self, client: &Client) -> anyhow::Result<()> {
        let Some(asked) = &self.integration else { return Ok(()) };
        let known: Value = client.get("/v1/integrations").await?;
        let mut known = known.as_array().into_iter().flatten();
        if !known.any(|integration| integration["name"] == asked.as_str()) {
            eprintln!("No integration is called `{asked}`; see `signalbox integrations list`.");
        }
        Ok(())
    }

    /// Returns a page of the list, from `cursor` on.
    pub(super) async fn page(
        &self,
        client: &Client,
        limit: usize,
        cursor: Option<&str>,
    ) -> anyhow::Result<Value> {
        let since = self.since.map(|time| time.as_millis().to_string());
        let kind = self.kind.and_then(|kind| Some(kind.to_possible_value()?.get_name().to_owned()));
        let parameters = [
            ("integration", self.integration.as_deref()),
            ("rule", self.rule.as_deref()),
            ("reason", self.reason_contains.as_deref()),
            ("since", since.as_deref()),
            ("kind", kind.as_deref()),
            ("cursor", cursor),
        ];
        let mut path = format!("/v1/dead?limit={limit}");
        for (name, value) in parameters {
            if let Some(value) = value {
                path.push_str(&format!("&{name}={}", segment(value)));
            }
        }
        client.get(&path).await
    }

    /// Returns the ids that are meant: the one that is named, or all that fit the filters now.
    ///
    /// # Errors
    /// Where neither says which, for everything is never meant by saying nothing.
    pub(super) async fn ids(
        &self,
        client: &Client,
        named: Option<&str>,
    ) -> anyhow::Result<Vec<String>> {
        match named {
            Some(_) if !self.is_everything() => {
                let both = "name one dead letter, or say which with filters such as `--integration`; not both";
                bail!(WrongUsage(both.to_owned()))
            }
            Some(id) => return Ok(vec![id.to_owned()]),
            None if self.is_everything() => {
                let none = "say which: the id of one, or filters such as `--integration NAME`";
                bail!(WrongUsage(none.to_owned()))
            }
            None => {}
        }
        let mut ids = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = self.page(client, PAGE, cursor.as_deref()).await?;
            let items = page["items"].as_array().into_iter().flatten();
            ids.extend(items.filter_map(|letter| letter["id"].as_str().map(str::to_owned)));
            cursor = page["next"].as_str().map(str::to_owned);
            if cursor.is_none() {
                return Ok(ids);
            }
        }
    }
}
