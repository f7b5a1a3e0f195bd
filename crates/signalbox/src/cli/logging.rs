//! Logs go to standard error: JSON for a hub that no terminal watches, readable lines otherwise.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging; `SIGNALBOX_LOG` sets what is logged, such as `debug` or `signalbox_pipeline=debug`.
pub(super) fn start(is_hub: bool) {
    let default = if is_hub { "info" } else { "warn" };
    let filter =
        EnvFilter::try_from_env("SIGNALBOX_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let is_watched = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(is_watched)
        .with_writer(std::io::stderr);
    if is_watched || !is_hub {
        builder.with_target(false).init();
    } else {
        builder.json().flatten_event(true).init();
    }
}
