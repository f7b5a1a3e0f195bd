//! What a certification has to know of ServiceNow: an instance with OAuth, whose tokens end.

use std::sync::Arc;

use axum::Router;
use serde_json::json;
use signalbox_sdk::testkit::certification::{
    Certification, Held, Place, Plan, Receiver, Setup, Trouble, Vendor,
};
use signalbox_sdk::testkit::hostile::Reader;
use signalbox_sdk::testkit::{Fault, Simulator};

use super::{ServiceNowSimulator, SimulatedIncident};

pub(super) const CERTIFICATION: &[Certification] =
    &[Certification::Ticketing(|_| Arc::new(Instance::default()))];

#[derive(Default)]
struct Instance {
    simulator: ServiceNowSimulator,
}

impl Vendor for Instance {
    fn router(&self) -> Option<Router> {
        Some(self.simulator.router())
    }

    fn setup(&self, place: &Place) -> Setup {
        let config = json!({
            "url": format!("http://{}", place.address),
            "auth": {
                "method": "oauth",
                "client_id": ServiceNowSimulator::CLIENT_ID,
                "client_secret": "env:SNOW_CLIENT_SECRET",
            },
            "timeout": "300ms",
        });
        let secret = ServiceNowSimulator::CLIENT_SECRET.to_owned();
        Setup { config, environment: vec![("SNOW_CLIENT_SECRET", secret)] }
    }

    fn plan(&self, trouble: &Trouble) -> Plan {
        match trouble {
            Trouble::ErrorInside => Plan::Once(Fault::Answer {
                status: 200,
                headers: vec![("content-type", "text/html".to_owned())],
                body: "<html><body>Your instance is hibernating</body></html>".to_owned(),
            }),
            Trouble::Expired => {
                self.simulator.revoke_tokens();
                Plan::Arranged
            }
            other => other.over_http(),
        }
    }
}

impl Receiver for Instance {
    fn held(&self) -> Vec<Held> {
        self.simulator.tickets().iter().map(held).collect()
    }

    fn readers(&self) -> &'static [Reader] {
        &[Reader::Screen, Reader::Html]
    }
}

fn held(incident: &SimulatedIncident) -> Held {
    let text = [incident.value("short_description"), incident.value("description")].join("\n");
    Held { key: incident.value("correlation_id").to_owned(), text }
}
