//! Log-ins on Unix: sshd, PAM, sudo, su and log-in programs.

use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::syslog::Message;

use super::super::mapping::attribute::Attribute;
use super::super::mapping::record::Record;
use super::sentence::{after, between, word_after};
use super::{Profile, account};

static PROFILE: Profile =
    Profile { class: |_| ClassUid::Authentication, keys: &[], fields: &[], resource: account };

/// Reads a sentence that tells of a log-in; `None` for all else those programs write.
pub(super) fn read<'a>(message: &Message<'a>) -> Option<(Record<'a>, &'static Profile)> {
    let app = message.app?;
    let program = app.rsplit('/').next().unwrap_or(app);
    let text = message.text;
    let login = match program {
        "sshd" | "sshd-session" => ssh(text).or_else(|| pam(text))?,
        "sudo" => sudo(text).or_else(|| pam(text))?,
        _ => pam(text)?,
    };
    let mut record = Record {
        format: "syslog",
        product: program.into(),
        name: login.name.into(),
        ..Record::default()
    };
    record.push("message", Attribute::Message, text);
    record.push("user", Attribute::UserName, login.user);
    record.push("outcome", Attribute::Outcome, login.outcome);
    record.push("source", Attribute::SourceIp, login.source);
    record.push("port", Attribute::SourcePort, login.port);
    Some((record, &PROFILE))
}

/// What a sentence says.
#[derive(Default)]
struct Login<'a> {
    user: &'a str,
    outcome: &'static str,
    name: &'static str,
    source: &'a str,
    port: &'a str,
}

/// `Accepted publickey for root from 192.0.2.7 port 5022 ssh2` and its kin.
fn ssh(text: &str) -> Option<Login<'_>> {
    if let Some(rest) = text.strip_prefix("Disconnected from user ") {
        let (user, peer) = rest.split_once(' ')?;
        let (source, port) = address_and_port(peer);
        return Some(Login { user, outcome: "success", name: "logout", source, port });
    }
    let (outcome, rest) = if let Some(rest) = text.strip_prefix("Invalid user ") {
        ("failure", rest)
    } else if text.starts_with("Failed ") {
        ("failure", after(text, " for ")?)
    } else if text.starts_with("Accepted ") {
        ("success", after(text, " for ")?)
    } else {
        return None;
    };
    let (user, source, port) = user_and_peer(rest.strip_prefix("invalid user ").unwrap_or(rest));
    Some(Login { user, outcome, name: "login", source, port })
}

/// Splits `root from 192.0.2.7 port 5022 ssh2: RSA SHA256:…`, where whoever logs in chooses the user's
/// name and the id of a key, and may write an address into both. The last address counts; where it
/// may be part of a key's id, none does.
fn user_and_peer(text: &str) -> (&str, &str, &str) {
    let text = text.trim_end_matches(" [preauth]");
    let is_whole = text.ends_with(" ssh2");
    let (line, key) = text.split_once(" ssh2: ").filter(|_| !is_whole).unwrap_or((text, ""));
    match line.rsplit_once(" from ") {
        Some((user, _)) if key.contains(" from ") => (user, "", ""),
        Some((user, peer)) => {
            let (source, port) = address_and_port(peer);
            (user, source, port)
        }
        None => (line, "", ""),
    }
}

/// Splits `192.0.2.7 port 5022`, whatever stands behind it.
fn address_and_port(peer: &str) -> (&str, &str) {
    let address = peer.split(' ').next().unwrap_or_default();
    (address, word_after(peer, " port ").unwrap_or_default())
}

/// `pam_unix(sshd:session): session opened for user root by (uid=0)` and its kin.
fn pam(text: &str) -> Option<Login<'_>> {
    if !text.starts_with("pam_") {
        return None;
    }
    if text.contains("authentication failure") {
        // The line has `ruser=` as well. The user's name is the last and may be anything.
        let (rest, user) = text.split_once(" user=")?;
        let source = word_after(rest, "rhost=").unwrap_or_default();
        return Some(Login { user, outcome: "failure", name: "login", source, port: "" });
    }
    let user = word_after(text, "for user ")?;
    let name = if text.contains("session opened") {
        "login"
    } else if text.contains("session closed") {
        "logout"
    } else {
        return None;
    };
    Some(Login { user, outcome: "success", name, ..Login::default() })
}

/// `alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls`: alice became root. Where she did not, the
/// reason stands before the fields; `TTY` is missing where there is none.
fn sudo(text: &str) -> Option<Login<'_>> {
    between(text, "USER=", " ")?;
    let (user, said) = text.split_once(" : ")?;
    let is_taken = ["HOST=", "TTY=", "CHROOT=", "PWD=", "USER="]
        .into_iter()
        .any(|field| said.trim_start().starts_with(field));
    let outcome = if is_taken { "success" } else { "failure" };
    Some(Login { user: user.trim(), outcome, name: "login", ..Login::default() })
}
