//! One HTTP request to a webhook: verified, decoded, committed, then answered.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use signalbox_sdk::role::{Answer, Committed, Decoded, Endpoint, Reply, Request, Webhook};

use super::SourceLine;

/// A webhook with the line behind it.
#[derive(Clone)]
pub struct WebhookIngest {
    webhook: Arc<dyn Webhook>,
    line: Arc<SourceLine>,
}

impl WebhookIngest {
    /// Puts a webhook in front of its line.
    pub fn new(webhook: Arc<dyn Webhook>, line: Arc<SourceLine>) -> Self {
        Self { webhook, line }
    }

    /// Returns where it listens and how much it takes.
    pub fn endpoint(&self) -> Endpoint {
        self.webhook.endpoint()
    }

    /// Returns the integration's name.
    pub fn name(&self) -> &str {
        self.line.integration().as_str()
    }

    /// Answers a request. What is answered with success is durable, or the protocol acknowledges
    /// later by itself.
    pub async fn receive(&self, request: &Request) -> Answer {
        let decoded = self.webhook.verify(request).and_then(|()| self.webhook.decode(request));
        match decoded {
            Ok(decoded) => self.commit(decoded).await,
            Err(answer) => {
                if answer.status.is_client_error() {
                    self.line.count_refused(1);
                }
                answer
            }
        }
    }

    /// Counts a request whose body was larger than the endpoint takes.
    pub fn count_refused(&self) {
        self.line.count_refused(1);
    }

    async fn commit(&self, decoded: Decoded) -> Answer {
        let Decoded { events, reply } = decoded;
        if let Reply::BeforeCommit { answer, token } = reply {
            let this = self.clone();
            // The sender asks for the token later; the events are on their way without it.
            tokio::spawn(async move {
                if this.line.take(&events).await.is_ok() {
                    this.webhook.committed(token);
                }
            });
            return answer;
        }
        match self.line.take(&events).await {
            Ok(()) => match reply {
                Reply::AfterCommit(answer) => answer,
                _ => self.webhook.answer(Committed::Yes),
            },
            Err(error) => self.refuse(error.retry_after()),
        }
    }

    fn refuse(&self, retry_after: Duration) -> Answer {
        let answer = self.webhook.answer(Committed::No { retry_after });
        if answer.status.is_success() {
            tracing::error!(
                integration = self.name(),
                "A connector acknowledges what is not durable"
            );
            return Answer { status: StatusCode::SERVICE_UNAVAILABLE, ..answer };
        }
        answer
    }
}
