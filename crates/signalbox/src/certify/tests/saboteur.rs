//! Connectors broken by hand: a decorator around each role.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use memchr::memmem;
use signalbox_model::{DeliveryKey, Error, TicketLink};
use signalbox_sdk::Roles;
use signalbox_sdk::role::{
    Answer, Batch, BatchLimits, CheckReport, Checkpoint, Committed, Decoded, Destination, Endpoint,
    Item, Normalize, Normalized, Outcome, Page, RawEvent, Request, Source, Ticket, TicketUpdate,
    Ticketing, Webhook,
};

/// What becomes of an error: another one, or `None` where the connector says that all went well.
type Bend = fn(Error) -> Option<Error>;

pub(super) fn bend_ticketing(mut roles: Roles, bend: Bend) -> Roles {
    let bent = |inner| Arc::new(BentTicketing { inner, bend, finds: true }) as Arc<dyn Ticketing>;
    roles.ticketing = roles.ticketing.map(bent);
    roles
}

/// A ticketing product whose look-up always comes back empty.
pub(super) fn finding_nothing(mut roles: Roles) -> Roles {
    let bent =
        |inner| Arc::new(BentTicketing { inner, bend: Some, finds: false }) as Arc<dyn Ticketing>;
    roles.ticketing = roles.ticketing.map(bent);
    roles
}

pub(super) fn bend_destination(mut roles: Roles, bend: Bend) -> Roles {
    let bent = |inner| Arc::new(BentDestination { inner, bend }) as Arc<dyn Destination>;
    roles.destination = roles.destination.map(bent);
    roles
}

pub(super) fn bend_source(roles: Roles, bend: Bend) -> Roles {
    bend_pages(roles, bend, |page| page)
}

/// A source that loses one finding of several, on whichever page and however often it comes.
pub(super) fn losing_events(roles: Roles) -> Roles {
    bend_pages(roles, Some, |mut page| {
        page.events.retain(|event| memmem::find(&event.body, b"P-page-3").is_none());
        page
    })
}

/// A source that reads every page twice, under another id each time.
pub(super) fn reading_twice(roles: Roles) -> Roles {
    let mut roles = bend_pages(roles, Some, |mut page| {
        page.events.extend(page.events.clone());
        page
    });
    roles.normalize =
        roles.normalize.map(|inner| Arc::new(Nameless { inner }) as Arc<dyn Normalize>);
    roles
}

/// A webhook that asks for no proof.
pub(super) fn letting_anybody_in(mut roles: Roles) -> Roles {
    roles.webhook = roles.webhook.map(|inner| Arc::new(OpenDoor { inner }) as Arc<dyn Webhook>);
    roles
}

/// A source whose events have no id.
pub(super) fn naming_nothing(mut roles: Roles) -> Roles {
    roles.normalize =
        roles.normalize.map(|inner| Arc::new(Nameless { inner }) as Arc<dyn Normalize>);
    roles
}

fn bend_pages(mut roles: Roles, bend: Bend, turn: fn(Page) -> Page) -> Roles {
    let bent = |inner| Arc::new(BentSource { inner, bend, turn }) as Arc<dyn Source>;
    roles.sources = roles.sources.into_iter().map(bent).collect();
    roles
}

struct BentTicketing {
    inner: Arc<dyn Ticketing>,
    bend: Bend,
    finds: bool,
}

#[async_trait]
impl Ticketing for BentTicketing {
    fn settle(&self) -> Duration {
        self.inner.settle()
    }

    fn timeout(&self) -> Duration {
        self.inner.timeout()
    }

    async fn find(&self, key: DeliveryKey) -> Result<Vec<TicketLink>, Error> {
        if self.finds { self.inner.find(key).await } else { Ok(Vec::new()) }
    }

    async fn create(&self, ticket: &Ticket) -> Result<TicketLink, Error> {
        self.inner.create(ticket).await.or_else(|error| match (self.bend)(error) {
            Some(error) => Err(error),
            None => Ok(TicketLink { number: "T1".into(), id: "1".into(), url: None }),
        })
    }

    async fn encode_create(&self, ticket: &Ticket) -> Result<Bytes, Error> {
        self.inner.encode_create(ticket).await
    }

    async fn update(&self, link: &TicketLink, update: &TicketUpdate) -> Result<(), Error> {
        self.inner.update(link, update).await
    }

    fn escape<'a>(&self, value: &'a str) -> Cow<'a, str> {
        self.inner.escape(value)
    }

    async fn check(&self) -> CheckReport {
        self.inner.check().await
    }
}

struct BentDestination {
    inner: Arc<dyn Destination>,
    bend: Bend,
}

#[async_trait]
impl Destination for BentDestination {
    fn limits(&self) -> BatchLimits {
        self.inner.limits()
    }

    fn encode(&self, item: &Item<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        self.inner.encode(item, out)
    }

    async fn deliver(&self, batch: &Batch) -> Vec<Outcome> {
        let bent = |outcome| match outcome {
            Outcome::Failed(error) => {
                (self.bend)(error).map_or(Outcome::Done(None), Outcome::Failed)
            }
            other => other,
        };
        self.inner.deliver(batch).await.into_iter().map(bent).collect()
    }

    async fn check(&self) -> CheckReport {
        self.inner.check().await
    }
}

struct BentSource {
    inner: Arc<dyn Source>,
    bend: Bend,
    turn: fn(Page) -> Page,
}

#[async_trait]
impl Source for BentSource {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    fn interval(&self) -> Duration {
        self.inner.interval()
    }

    async fn poll(&self, since: Option<&Checkpoint>) -> Result<Page, Error> {
        match self.inner.poll(since).await {
            Ok(page) if page.events.is_empty() => Ok(page),
            Ok(page) => Ok((self.turn)(page)),
            Err(error) => match (self.bend)(error) {
                Some(error) => Err(error),
                None => Ok(nothing(since)),
            },
        }
    }

    async fn check(&self) -> CheckReport {
        self.inner.check().await
    }
}

/// A page that says that there is nothing new.
fn nothing(since: Option<&Checkpoint>) -> Page {
    let checkpoint = since.cloned().unwrap_or_else(|| Checkpoint::stored("{}"));
    Page { events: Vec::new(), checkpoint, has_more: false }
}

struct OpenDoor {
    inner: Arc<dyn Webhook>,
}

impl Webhook for OpenDoor {
    fn endpoint(&self) -> Endpoint {
        self.inner.endpoint()
    }

    fn verify(&self, _: &Request) -> Result<(), Answer> {
        Ok(())
    }

    fn decode(&self, request: &Request) -> Result<Decoded, Answer> {
        self.inner.decode(request)
    }

    fn answer(&self, committed: Committed) -> Answer {
        self.inner.answer(committed)
    }
}

struct Nameless {
    inner: Arc<dyn Normalize>,
}

impl Normalize for Nameless {
    fn normalize(&self, raw: &RawEvent, out: &mut Vec<Normalized>) {
        let begin = out.len();
        self.inner.normalize(raw, out);
        for normalized in out.iter_mut().skip(begin) {
            if let Normalized::Event(mapped) = normalized {
                mapped.event_id = None;
            }
        }
    }
}
