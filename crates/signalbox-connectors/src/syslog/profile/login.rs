//! Log-ins on Unix: sshd, PAM, sudo, su and log-in programs.

use signalbox_model::ocsf::ClassUid;
use signalbox_sdk::codec::syslog::Message;

use super::super::mapping::attribute::Attribute;
use super::super::mapping::record::Record;
use super::sentence::{between, word_after};
use super::{Profile, account};

static PROFILE: Profile =
    Profile { class: |_| ClassUid::Authentication, keys: &[], fields: &[], resource: account };

/// Reads a sentence that tells of a log-in; `None` for all else those programs write.
pub(super) fn read<'a>(message: &Message<'a>) -> Option<(Record<'a>, &'static Profile)> {
    let app = message.app?;
    let program = app.rsplit('/').next().unwrap_or(app);
    let text = message.text;
    let (user, outcome, name) = match program {
        "sshd" | "sshd-session" => ssh(text).or_else(|| pam(text))?,
        "sudo" => sudo(text).or_else(|| pam(text))?,
        _ => pam(text)?,
    };
    let mut record = Record {
        format: "syslog",
        product: program.into(),
        name: name.into(),
        ..Record::default()
    };
    record.push("message", Attribute::Message, text);
    record.push("user", Attribute::UserName, user);
    record.push("outcome", Attribute::Outcome, outcome);
    let from = word_after(text, " from ").or_else(|| word_after(text, "rhost="));
    record.push("source", Attribute::SourceIp, from.unwrap_or_default());
    record.push("port", Attribute::SourcePort, word_after(text, " port ").unwrap_or_default());
    Some((record, &PROFILE))
}

type Login<'a> = (&'a str, &'static str, &'static str);

/// `Accepted publickey for root from 192.0.2.7 port 5022 ssh2` and its kin.
fn ssh(text: &str) -> Option<Login<'_>> {
    if text.starts_with("Accepted ") {
        return Some((word_after(text, " for ")?, "success", "login"));
    }
    if text.starts_with("Failed ") {
        let invalid = word_after(text, "invalid user ");
        return Some((invalid.or_else(|| word_after(text, " for "))?, "failure", "login"));
    }
    if text.starts_with("Invalid user ") {
        return Some((word_after(text, "Invalid user ")?, "failure", "login"));
    }
    let is_end = text.starts_with("Disconnected from user ");
    is_end.then(|| Some((word_after(text, "from user ")?, "success", "logout"))).flatten()
}

/// `pam_unix(sshd:session): session opened for user root by (uid=0)` and its kin.
fn pam(text: &str) -> Option<Login<'_>> {
    if !text.starts_with("pam_") {
        return None;
    }
    if text.contains("authentication failure") {
        // The line has `ruser=` as well.
        return Some((word_after(text, " user=")?, "failure", "login"));
    }
    let user = word_after(text, "for user ")?;
    if text.contains("session opened") {
        Some((user, "success", "login"))
    } else if text.contains("session closed") {
        Some((user, "success", "logout"))
    } else {
        None
    }
}

/// `alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls`: alice became root.
fn sudo(text: &str) -> Option<Login<'_>> {
    between(text, "USER=", " ")?;
    let (user, _) = text.split_once(" : ")?;
    let is_failed = text.contains("incorrect password") || text.contains("NOT in sudoers");
    Some((user.trim(), if is_failed { "failure" } else { "success" }, "login"))
}
