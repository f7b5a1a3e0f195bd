//! The certificates that the hub shows to those who connect to it.

use std::net::SocketAddr;

use rustls::server::WebPkiClientVerifier;
use signalbox_model::time::Timestamp;
use signalbox_sdk::Roles;
use signalbox_sdk::role::{Listen, ListenTls, Transport};
use signalbox_sdk::tls::{CertificateSummary, DAYS_ENOUGH, read_certificates, server_config};

use super::row::{Sheet, Topic};
use crate::hub::Waiting;
use crate::words::counted;

/// Looks at the hub's own listener. One that waits for a restart speaks nothing yet.
pub(super) fn examine_own(
    listen: &Listen,
    waiting: &[Waiting<'_>],
    now: Timestamp,
    sheet: &mut Sheet,
) {
    let of_listener = ["http.listen", "http.tls", "http.behind_proxy"];
    let is_to_come = waiting.iter().any(|waiting| of_listener.contains(&waiting.setting));
    match &listen.tls {
        Some(files) => examine_files(listen.address, files, now, sheet),
        None if is_to_come => {}
        None => {
            let behind = listen.behind_proxy.is_some();
            let why = if behind { "a proxy ends TLS" } else { "only this machine reaches it" };
            let detail = format!("our listener `{}` speaks no TLS, for {why}", listen.address);
            sheet.green(Topic::Tls, detail);
        }
    }
}

/// Looks at the listeners of an integration's own.
pub(super) fn examine_roles(roles: &Roles, now: Timestamp, sheet: &mut Sheet) {
    let webhook = roles.webhook.as_ref().and_then(|webhook| webhook.endpoint().listen);
    if let Some((address, files)) = webhook.and_then(|own| Some((own.address, own.tls?))) {
        examine_files(address, &files, now, sheet);
    }
    for bind in roles.listener.iter().flat_map(|listener| listener.bind()) {
        if let Transport::Tcp(Some(server)) = &bind.transport {
            examine_files(bind.address, &server.certificate, now, sheet);
        }
    }
}

fn examine_files(address: SocketAddr, files: &ListenTls, now: Timestamp, sheet: &mut Sheet) {
    let read = server_config(files, WebPkiClientVerifier::no_client_auth())
        .and_then(|_| read_certificates(&files.certificate));
    let chain = match read {
        Ok(chain) => chain,
        Err(error) => {
            let fix = "put a certificate and its key there; both are PEM";
            return sheet.red(Topic::Tls, format!("our listener `{address}`: {error}"), fix);
        }
    };
    let summaries = chain.iter().filter_map(|der| CertificateSummary::read(der));
    let summaries: Vec<_> = summaries.collect();
    judge_days(address, &summaries, now, sheet);
    judge_chain(address, &summaries, sheet);
}

/// The chain is as good as its first certificate that ends.
fn judge_days(
    address: SocketAddr,
    chain: &[CertificateSummary],
    now: Timestamp,
    sheet: &mut Sheet,
) {
    let Some(first_to_end) = chain.iter().min_by_key(|certificate| certificate.not_after) else {
        return;
    };
    let fix = "have it renewed, put it in place and run `signalbox reload`";
    let whose = format!("the certificate of our listener `{address}`");
    match first_to_end.days_left(now) {
        None => {
            let detail = format!("{whose} ended on {}", first_to_end.not_after);
            sheet.red(Topic::Tls, detail, fix);
        }
        Some(left) if left < DAYS_ENOUGH => {
            sheet.yellow(
                Topic::Tls,
                format!("{whose} is good for {} only", counted(left, "day")),
                fix,
            );
        }
        Some(left) => {
            sheet.green(Topic::Tls, format!("{whose} is good for {}", counted(left, "day")))
        }
    }
}

fn judge_chain(address: SocketAddr, chain: &[CertificateSummary], sheet: &mut Sheet) {
    let Some(leaf) = chain.first() else { return };
    let whose = format!("the certificate of our listener `{address}`");
    let broken = chain.windows(2).position(|pair| match pair {
        [below, above] => !below.is_issued_by(above),
        _ => false,
    });
    if let Some(place) = broken {
        let detail =
            format!("{whose}: number {} of its chain was not issued by the next", place + 1);
        let fix = "put the leaf first, then each authority behind what it issued";
        return sheet.yellow(Topic::Tls, detail, fix);
    }
    if leaf.names.is_empty() {
        let fix = "have it issued with subject alternative names; senders ignore the common name";
        return sheet.yellow(Topic::Tls, format!("{whose} has no names"), fix);
    }
    let names = leaf.names.join("`, `");
    let signed = if leaf.is_self_signed() { ", signed by itself" } else { "" };
    let detail = format!("{whose} is for `{names}`{signed}; its chain has {} parts", chain.len());
    sheet.green(Topic::Tls, detail);
}
