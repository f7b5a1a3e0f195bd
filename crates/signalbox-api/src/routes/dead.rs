//! Dead letters: listed, shown, edited, sent again, discarded; on the control socket alone.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use signalbox_model::time::Timestamp;
use signalbox_pipeline::deliver::{Amendment, Preview};
use signalbox_store::desk::{DeadFilter, DeadLetter};

use super::Hub;
use super::extract::{Body, Query};
use super::read::{Page, bad_cursor, invalid, limit, split_cursor};
use crate::operations::DeadLetterView;
use crate::problem::Problem;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DeadQuery {
    integration: Option<String>,
    rule: Option<String>,
    reason: Option<String>,
    since: Option<String>,
    kind: Option<String>,
    cursor: Option<String>,
    limit: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Replay {
    ids: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Discard {
    ids: Vec<String>,
    reason: String,
}

/// How many of them were still dead.
#[derive(Debug, Serialize)]
pub(super) struct Done {
    done: usize,
}

pub(super) async fn list(
    State(hub): State<Hub>,
    Query(query): Query<DeadQuery>,
) -> Result<Json<Page<DeadLetter>>, Problem> {
    let since = query
        .since
        .as_deref()
        .map(|text| Timestamp::parse(text).map_err(|_| invalid("since", text, "a time")));
    if let Some(kind) = query.kind.as_deref().filter(|kind| !KINDS.contains(kind)) {
        return Err(invalid("kind", kind, "open, update, resolve or event"));
    }
    let cursor = query.cursor.as_deref().map(|text| split_cursor(text).ok_or_else(bad_cursor));
    let limit = limit(query.limit);
    let filter = DeadFilter {
        integration: query.integration,
        rule: query.rule,
        reason_contains: query.reason,
        since: since.transpose()?,
        kind: query.kind,
        after: cursor.transpose()?.map(|(time, id)| (time, id.to_owned())),
        limit,
    };
    let items = hub.dead_letters(filter).await?;
    let last = items.last().filter(|_| items.len() == limit);
    let next = last.map(|letter| format!("{}_{}", letter.died_at.as_millis(), letter.id));
    Ok(Json(Page { items, next }))
}

pub(super) async fn show(
    State(hub): State<Hub>,
    Path(id): Path<String>,
) -> Result<Json<DeadLetterView>, Problem> {
    Ok(Json(hub.dead_letter(&id).await?))
}

pub(super) async fn preview(
    State(hub): State<Hub>,
    Path(id): Path<String>,
) -> Result<Json<Preview>, Problem> {
    Ok(Json(hub.preview(&id).await?))
}

/// A body of `null` goes back to the original.
pub(super) async fn edit(
    State(hub): State<Hub>,
    Path(id): Path<String>,
    Body(edit): Body<Option<Amendment>>,
) -> Result<Json<DeadLetterView>, Problem> {
    Ok(Json(hub.edit(&id, edit).await?))
}

pub(super) async fn replay(
    State(hub): State<Hub>,
    Body(replay): Body<Replay>,
) -> Result<Json<Done>, Problem> {
    Ok(Json(Done { done: hub.replay(replay.ids).await? }))
}

pub(super) async fn discard(
    State(hub): State<Hub>,
    Body(discard): Body<Discard>,
) -> Result<Json<Done>, Problem> {
    Ok(Json(Done { done: hub.discard(discard.ids, discard.reason).await? }))
}

/// What `?kind=` takes.
const KINDS: [&str; 4] = ["open", "update", "resolve", "event"];
