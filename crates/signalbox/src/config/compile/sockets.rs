//! The sockets of listening sources: an address is one integration's, and an open one says whose.

use std::net::SocketAddr;

use signalbox_pipeline::ingest::SocketKind;
use signalbox_sdk::role::{Bind, Listen, Transport};

use super::{Built, Compiler, names};

/// An address that somebody listens at.
struct Socket {
    address: SocketAddr,
    kind: SocketKind,
    owner: String,
    tenancy: Tenancy,
}

/// Who may be at an address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tenancy {
    /// One owner: the hub with its own listener, or a listening source.
    Sole,
    /// The webhooks of any number of integrations.
    Shared,
}

impl Socket {
    /// Whether the two cannot both be served.
    fn clashes(&self, other: &Self) -> bool {
        if self.kind != other.kind {
            return false;
        }
        if self.address != other.address {
            return overlap(self.address, other.address);
        }
        match (self.tenancy, other.tenancy) {
            (Tenancy::Shared, Tenancy::Shared) => false,
            // Those are known by the address they were configured with.
            (Tenancy::Sole, Tenancy::Sole) => true,
            // At port 0 the system gives each listener a port of its own.
            _ => self.address.port() != 0,
        }
    }
}

/// Whether one of the addresses is the other too: all interfaces have it.
fn overlap(one: SocketAddr, other: SocketAddr) -> bool {
    let covers = |all: SocketAddr, one: SocketAddr| {
        all.ip().is_unspecified() && (all.is_ipv6() || one.is_ipv4())
    };
    let is_same_port = one.port() == other.port() && one.port() != 0;
    one != other && is_same_port && (covers(one, other) || covers(other, one))
}

impl Compiler<'_> {
    /// Checks that no two have the same address, webhooks and, where it is known, the hub's own listener
    /// included.
    pub(super) fn check_sockets(&mut self, integrations: &[Built], own: Option<&Listen>) {
        let own = own.map(|own| Socket {
            address: own.address,
            kind: SocketKind::Tcp,
            owner: "the hub's own listener".to_owned(),
            tenancy: Tenancy::Sole,
        });
        let mut taken: Vec<Socket> = own.into_iter().collect();
        for built in integrations {
            let pointer = names::below("/integrations", built.name.as_str());
            let owner = format!("integration `{}`", built.name);
            let listen = built.roles.webhook.as_ref().and_then(|w| w.endpoint().listen);
            if let Some(Listen { address, .. }) = listen {
                let (kind, owner) = (SocketKind::Tcp, owner.clone());
                let socket = Socket { address, kind, owner, tenancy: Tenancy::Shared };
                self.take(&pointer, &mut taken, socket);
            }
            let binds = built.roles.listener.as_ref().map(|listener| listener.bind());
            for bind in binds.unwrap_or_default() {
                let (kind, owner) = (SocketKind::of(&bind.transport), owner.clone());
                let (address, tenancy) = (bind.address, Tenancy::Sole);
                let socket = Socket { address, kind, owner, tenancy };
                self.take(&pointer, &mut taken, socket);
                self.warn_of_open_socket(&pointer, &bind);
            }
        }
    }

    fn take(&mut self, pointer: &str, taken: &mut Vec<Socket>, socket: Socket) {
        if let Some(before) = taken.iter().find(|before| before.clashes(&socket)) {
            let Socket { address, kind, .. } = socket;
            let whose = match before.address == address {
                true => before.owner.clone(),
                false => format!("`{}` of {}", before.address, before.owner),
            };
            self.error(pointer, format!("`{address}` over {kind} is taken by {whose} already"));
        }
        taken.push(socket);
    }

    /// Devices that cannot encrypt must be served all the same, but not unnoticed.
    fn warn_of_open_socket(&mut self, pointer: &str, bind: &Bind) {
        let is_encrypted = matches!(bind.transport, Transport::Tcp(Some(_)));
        let is_local = bind.address.ip().to_canonical().is_loopback();
        if is_encrypted || is_local || !bind.allow.is_empty() {
            return;
        }
        let (address, speech) = (bind.address, bind.speech());
        let message = format!("whoever reaches `{address}` over {speech} can send events");
        let warning = self.document.error_at_key(pointer, message).as_warning();
        let help = "list the networks of the senders under `allow`, or use TLS";
        self.diagnostics.push(warning.with_help(help));
    }
}
