//! A future that comes to its end even if nobody waits for it any more.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;

/// Runs where it is awaited, and goes on as a task of its own when it is dropped before its end.
pub(crate) struct ToTheEnd<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    /// Empty once it has ended.
    future: Option<Pin<Box<F>>>,
}

impl<F> ToTheEnd<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    pub(crate) fn new(future: F) -> Self {
        Self { future: Some(Box::pin(future)) }
    }
}

impl<F> Future for ToTheEnd<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Some(future) = &mut self.future else { return Poll::Pending };
        let output = ready!(future.as_mut().poll(context));
        self.future = None;
        Poll::Ready(output)
    }
}

impl<F> Drop for ToTheEnd<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    fn drop(&mut self) {
        // Without a runtime nothing goes on anyway: the process ends.
        if let (Some(future), Ok(runtime)) = (self.future.take(), Handle::try_current()) {
            runtime.spawn(future);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_is_dropped_before_its_end_goes_on() {
        let (go, gone) = oneshot::channel();
        let (tell, told) = oneshot::channel();
        let mut future = Box::pin(ToTheEnd::new(async move {
            gone.await.unwrap();
            tell.send("the end").unwrap();
        }));
        assert!(futures_util::poll!(&mut future).is_pending());

        drop(future);
        go.send(()).unwrap();

        assert_eq!(told.await, Ok("the end"));
    }

    #[tokio::test]
    async fn what_has_ended_is_not_begun_again() {
        assert_eq!(ToTheEnd::new(async { 7 }).await, 7);
    }
}
