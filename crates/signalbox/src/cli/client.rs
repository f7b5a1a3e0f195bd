//! Speaks to a running hub over its control socket.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::UnixStream;

use crate::hub::CONTROL_SOCKET;

/// A client of one hub.
pub(super) struct Client {
    socket: PathBuf,
}

impl Client {
    /// Looks for the hub of a data folder; `None` where none runs.
    pub(super) async fn connect(data: &Path) -> Option<Self> {
        let socket = data.join(CONTROL_SOCKET);
        UnixStream::connect(&socket).await.is_ok().then_some(Self { socket })
    }

    /// Looks for the hub of a data folder.
    ///
    /// # Errors
    /// Where none runs, with what to start.
    pub(super) async fn require(data: &Path) -> anyhow::Result<Self> {
        let Some(client) = Self::connect(data).await else {
            let data = data.display();
            bail!(
                "no hub runs on data folder `{data}`, or its control socket is not yours; start one with `signalbox run --data {data}`, or name its folder with `--data`"
            );
        };
        Ok(client)
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        read(self.send(Method::GET, path, Bytes::new()).await?).await
    }

    /// Reads an answer whose status is part of what it says, such as that of `/readyz`.
    pub(super) async fn get_any_status<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> anyhow::Result<T> {
        let answer = self.send(Method::GET, path, Bytes::new()).await?;
        parse(&read_body(answer).await?)
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        read(self.send(Method::POST, path, Bytes::from(body.to_string())).await?).await
    }

    /// Sends a request that is answered by a JSON object a line, and hands each to `take` as it comes.
    pub(super) async fn post_lines(
        &self,
        path: &str,
        body: &Value,
        mut take: impl FnMut(Value),
    ) -> anyhow::Result<()> {
        let answer = self.send(Method::POST, path, Bytes::from(body.to_string())).await?;
        let take = |line: &[u8]| {
            take(parse(line)?);
            Ok(())
        };
        read_lines(answer, take).await
    }

    /// Asks for what is told a line at a time, calls `begin` where the hub does not refuse, and hands each line to
    /// `take` as it comes.
    pub(super) async fn get_lines(
        &self,
        path: &str,
        begin: impl FnOnce(),
        take: impl FnMut(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let answer = self.send(Method::GET, path, Bytes::new()).await?;
        if answer.status().is_success() {
            begin();
        }
        read_lines(answer, take).await
    }

    /// Sends a request and returns the answer with its body unread.
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> anyhow::Result<Response<Incoming>> {
        let ask = || format!("ask the hub at `{}`", self.socket.display());
        let stream = UnixStream::connect(&self.socket).await.with_context(ask)?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.with_context(ask)?;
        tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "signalbox")
            .header("content-type", "application/json")
            .body(Full::new(body))?;
        sender.send_request(request).await.with_context(ask)
    }
}

/// Hands each line of an answer to `take` as it comes.
async fn read_lines(
    answer: Response<Incoming>,
    mut take: impl FnMut(&[u8]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    if !answer.status().is_success() {
        return read::<Value>(answer).await.map(drop);
    }
    let (mut body, mut rest) = (answer.into_body(), Vec::new());
    while let Some(frame) = body.frame().await {
        let frame = frame
            .context("the hub stopped before it was done; give the command again when it runs")?;
        rest.extend_from_slice(frame.data_ref().map(Bytes::as_ref).unwrap_or_default());
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = rest.drain(..=end).collect();
            take(&line)?;
        }
    }
    Ok(())
}

/// What the hub refused, in its words.
#[derive(Debug, thiserror::Error)]
#[error("{detail}")]
pub(super) struct Refusal {
    /// Why.
    pub(super) detail: String,
    /// What is wrong with the configuration, where that is why.
    pub(super) mistakes: Option<Value>,
}

async fn read<T: DeserializeOwned>(answer: Response<Incoming>) -> anyhow::Result<T> {
    let status = answer.status();
    let body = read_body(answer).await?;
    if !status.is_success() {
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        let detail = problem.get("detail").and_then(Value::as_str);
        let detail = detail.unwrap_or("the hub refused without a reason").to_owned();
        bail!(Refusal { detail, mistakes: problem.get("mistakes").cloned() });
    }
    parse(&body)
}

async fn read_body(answer: Response<Incoming>) -> anyhow::Result<Bytes> {
    Ok(answer.into_body().collect().await.context("read the hub's answer")?.to_bytes())
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> anyhow::Result<T> {
    serde_json::from_slice(body).context("the hub's answer does not read; is it another version?")
}

/// Escapes a word for use in a path.
pub(super) fn segment(word: &str) -> String {
    word.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
