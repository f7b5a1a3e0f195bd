//! A client of a Compute console: what it scanned.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::value::RawValue;

use signalbox_model::{Error, ErrorKind};
use signalbox_sdk::Context;
use signalbox_sdk::http::HttpClient;

use super::answer;
use super::call::Call;
use super::session::{Door, Session};
use super::slices;
use crate::prisma_cloud::config::{ComputeConfig, PrismaCloudConfig, Workload};
use crate::prisma_cloud::wire::ScanPage;

/// A client of one console, which lets in 30 requests in 30 seconds.
pub struct ComputeClient {
    session: Session,
    version: String,
    page_size: u32,
}

impl ComputeClient {
    /// Creates a client of `compute`, a part of `config`; nothing is sent yet.
    ///
    /// # Errors
    /// Where the configuration has no key, or the CA file cannot be read.
    pub fn new(
        config: &PrismaCloudConfig,
        compute: &ComputeConfig,
        context: &Context,
    ) -> Result<Self, String> {
        let http = HttpClient::new(&config.http_options())?;
        let door = Door::Compute { version: compute.version.clone() };
        let session = Session::new(compute.url.clone(), door, config, http, context)?;
        Ok(Self { session, version: compute.version.clone(), page_size: compute.page_size })
    }

    /// Returns when there is a token to call with.
    ///
    /// # Errors
    /// `Unauthorized` where the key is refused or cannot be read.
    pub async fn authenticate(&self) -> Result<(), Error> {
        self.session.authorize().await.map(drop)
    }

    /// Reads the hosts from `offset` on.
    ///
    /// # Errors
    /// `Throttled` above 30 requests in 30 seconds.
    pub async fn get_hosts(&self, offset: u64) -> Result<ScanPage, Error> {
        self.get(Workload::Hosts, offset).await
    }

    /// Reads the deployed images from `offset` on.
    ///
    /// # Errors
    /// As of [`get_hosts`](Self::get_hosts).
    pub async fn get_images(&self, offset: u64) -> Result<ScanPage, Error> {
        self.get(Workload::Images, offset).await
    }

    /// Reads the running containers from `offset` on.
    ///
    /// # Errors
    /// As of [`get_hosts`](Self::get_hosts).
    pub async fn get_containers(&self, offset: u64) -> Result<ScanPage, Error> {
        self.get(Workload::Containers, offset).await
    }

    /// Reads what of a kind was scanned, from `offset` on.
    ///
    /// # Errors
    /// As of [`get_hosts`](Self::get_hosts).
    pub async fn get(&self, workload: Workload, offset: u64) -> Result<ScanPage, Error> {
        let (operation, word) = (operation(workload), workload.as_str());
        let (version, limit) = (&self.version, self.page_size);
        let path = format!("api/{version}/{word}?offset={offset}&limit={limit}");
        let answer = self.session.send_for_answer(Call::get(operation, path)).await;
        let answer = answer.map_err(|error| patient(error, operation))?;
        let total = total(answer.headers());
        let body: Bytes = answer.into_body();
        // An empty list is `null`.
        let records: Option<Vec<&RawValue>> = answer::read(operation, &body)?;
        let records = slices(&body, &records.unwrap_or_default());
        let end = offset + records.len() as u64;
        // Without a count only a page that is not full is known to be the last.
        let is_full = records.len() as u64 >= u64::from(limit);
        Ok(ScanPage { total: total.unwrap_or(end + u64::from(is_full)), records })
    }
}

/// The console's 429 says nothing at all; its window is 30 seconds.
fn patient(error: Error, operation: &'static str) -> Error {
    match (error.kind(), error.status()) {
        (ErrorKind::Throttled { retry_after: None }, Some(429)) => {
            let retry_after = Some(std::time::Duration::from_secs(30));
            error.with_kind(ErrorKind::Throttled { retry_after })
        }
        (ErrorKind::Rejected, Some(404)) => {
            let what = "the console knows no such path; check `compute.url` (\"Path to Console\") \
                        and `compute.version`";
            Error::new(ErrorKind::Rejected, operation, what)
                .with_status(StatusCode::NOT_FOUND.as_u16())
        }
        _ => error,
    }
}

fn total(headers: &HeaderMap) -> Option<u64> {
    headers.get("total-count")?.to_str().ok()?.trim().parse().ok()
}

const fn operation(workload: Workload) -> &'static str {
    match workload {
        Workload::Hosts => "read hosts",
        Workload::Images => "read images",
        Workload::Containers => "read containers",
    }
}
