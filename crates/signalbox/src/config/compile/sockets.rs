//! The sockets of listening sources: an address is one integration's, and an open one says whose.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use signalbox_pipeline::ingest::SocketKind;
use signalbox_sdk::role::{Bind, Listen, Transport};

use super::{Built, Compiler, names};

impl Compiler<'_> {
    /// Checks that no two have the same address, the hub's own listener and webhooks included.
    pub(super) fn check_sockets(&mut self, integrations: &[Built], own: &Listen) {
        let mut owners: BTreeMap<(SocketAddr, SocketKind), String> = BTreeMap::new();
        owners.insert((own.address, SocketKind::Tcp), "the hub's own listener".to_owned());
        for built in integrations {
            let listen = built.roles.webhook.as_ref().and_then(|w| w.endpoint().listen);
            if let Some(listen) = listen {
                let owner = owners.entry((listen.address, SocketKind::Tcp));
                owner.or_insert_with(|| format!("integration `{}`", built.name));
            }
        }
        for built in integrations {
            let binds = built.roles.listener.as_ref().map(|listener| listener.bind());
            for bind in binds.unwrap_or_default() {
                let pointer = names::below("/integrations", built.name.as_str());
                let kind = SocketKind::of(&bind.transport);
                let owner = format!("integration `{}`", built.name);
                if let Some(before) = owners.insert((bind.address, kind), owner) {
                    let message =
                        format!("`{}` over {kind} is taken by {before} already", bind.address);
                    self.error(&pointer, message);
                }
                self.warn_of_open_socket(&pointer, &bind);
            }
        }
    }

    /// Devices that cannot encrypt must be served all the same, but not unnoticed.
    fn warn_of_open_socket(&mut self, pointer: &str, bind: &Bind) {
        let is_encrypted = matches!(bind.transport, Transport::Tcp(Some(_)));
        let is_local = bind.address.ip().to_canonical().is_loopback();
        if is_encrypted || is_local || !bind.allow.is_empty() {
            return;
        }
        let kind = SocketKind::of(&bind.transport);
        let message = format!("whoever reaches `{}` over {kind} can send events", bind.address);
        let warning = self.document.error_at_key(pointer, message).as_warning();
        let help = "list the networks of the senders under `allow`, or use TLS";
        self.diagnostics.push(warning.with_help(help));
    }
}
