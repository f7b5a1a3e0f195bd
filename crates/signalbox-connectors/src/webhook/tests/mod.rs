//! The connector from outside: requests at the source, and the destination against the simulator.

mod check;
mod destination;
mod source;

use std::sync::Arc;

use serde_json::Value;
use signalbox_model::secret::FixedSecrets;
use signalbox_model::time::Timestamp;
use signalbox_model::{Clock, IntegrationName};
use signalbox_sdk::{Context, Roles};

use super::CONNECTOR;

const NOW: Timestamp = Timestamp::from_millis(1_772_366_400_000);

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        NOW
    }
}

fn context<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Context {
    let secrets = Arc::new(FixedSecrets::of_variables(variables));
    let context = Context::new(IntegrationName::new("ci"), secrets);
    Context { clock: Arc::new(Stopped), ..context }
}

fn build(config: Value, context: &Context) -> Roles {
    (CONNECTOR.build)(config, context).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// Returns pointers and messages of the mistakes in `config`.
fn mistakes(config: Value, context: &Context) -> Vec<(String, String)> {
    let mistakes = (CONNECTOR.build)(config, context).err().unwrap_or_default();
    mistakes.into_iter().map(|mistake| (mistake.pointer, mistake.message)).collect()
}
