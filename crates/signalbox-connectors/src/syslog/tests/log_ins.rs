//! Log-ins on Unix: who it was, from where, and whether it was let in.

use serde_json::json;

use super::{check, mapped, parts};

#[test]
fn log_ins_on_unix_are_authentication() {
    check(
        "<86>Jul  1 12:00:00 web1 sshd[9]: Failed password for invalid user oracle from 192.0.2.7 port 5022 ssh2",
        3002,
        &json!({
            "user.name": "oracle",
            "status": "Failure",
            "activity_name": "Logon",
            "src_endpoint": { "ip": "192.0.2.7", "port": 5022 },
            "service.name": "sshd",
        }),
    );
    check(
        "<86>Jul  1 12:00:00 web1 sshd[9]: pam_unix(sshd:session): session closed for user bob",
        3002,
        &json!({ "user.name": "bob", "activity_name": "Logoff" }),
    );
    check(
        "<86>Jul  1 12:00:00 web1 sudo:    alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls",
        3002,
        &json!({ "user.name": "alice", "status": "Success" }),
    );
    check("<86>Jul  1 12:00:00 web1 sshd[9]: Server listening on 0.0.0.0 port 22.", 0, &json!({}));
}

/// User and source of what sshd writes.
fn ssh(text: &str) -> serde_json::Value {
    let event = mapped(&format!("<86>Jul  1 12:00:00 web1 sshd[9]: {text}"));
    parts(&event, &["user.name", "src_endpoint.ip", "src_endpoint.port", "status"])
}

#[test]
fn the_name_of_a_user_cannot_forge_where_it_came_from() {
    let expected = json!(["x from 203.0.113.8", "192.0.2.7", 5022, "Failure"]);

    for text in [
        "Failed password for invalid user x from 203.0.113.8 from 192.0.2.7 port 5022 ssh2",
        "Failed password for x from 203.0.113.8 from 192.0.2.7 port 5022 ssh2",
        "Failed none for invalid user x from 203.0.113.8 from 192.0.2.7 port 5022 ssh2 [preauth]",
        "Invalid user x from 203.0.113.8 from 192.0.2.7 port 5022",
    ] {
        assert_eq!(ssh(text), expected, "{text}");
    }
    assert_eq!(
        ssh(
            "Failed password for invalid user x from 203.0.113.8 port 1 ssh2: y from 192.0.2.7 port 5022 ssh2"
        ),
        json!(["x from 203.0.113.8 port 1 ssh2: y", "192.0.2.7", 5022, "Failure"])
    );
}

/// The id of a certificate is the sender's word as well, and stands behind the address.
#[test]
fn the_id_of_a_key_cannot_forge_where_it_came_from() {
    assert_eq!(
        ssh("Accepted publickey for bob from 192.0.2.7 port 5022 ssh2: ED25519 SHA256:abc"),
        json!(["bob", "192.0.2.7", 5022, "Success"])
    );
    assert_eq!(
        ssh(
            "Failed publickey for bob from 192.0.2.7 port 5022 ssh2: RSA-CERT ID a from 203.0.113.8 port 1 ssh2 \
             (serial 0) CA RSA SHA256:abc"
        ),
        json!(["bob", null, null, "Failure"])
    );
}

#[test]
fn a_session_ends_where_its_user_was() {
    assert_eq!(
        ssh("Disconnected from user bob 192.0.2.7 port 5022"),
        json!(["bob", "192.0.2.7", 5022, "Success"])
    );
}

#[test]
fn pam_names_the_source_before_the_user() {
    assert_eq!(
        ssh(
            "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.7  \
             user=x from 203.0.113.8"
        ),
        json!(["x from 203.0.113.8", "192.0.2.7", null, "Failure"])
    );
}

#[test]
fn what_sudo_refuses_is_a_failure() {
    let status = |text: &str| {
        mapped(&format!("<86>Jul  1 12:00:00 web1 sudo:    alice : {text}"))["status"].clone()
    };
    let fields = "PWD=/ ; USER=root ; COMMAND=/bin/ls";

    for reason in [
        "command not allowed",
        "user NOT in sudoers",
        "user NOT authorized on host",
        "3 incorrect password attempts",
        "a password is required",
    ] {
        assert_eq!(status(&format!("{reason} ; TTY=pts/0 ; {fields}")), "Failure", "{reason}");
    }
    for taken in
        [fields, &format!("TTY=pts/0 ; {fields}"), &format!("HOST=web1 ; TTY=pts/0 ; {fields}")]
    {
        assert_eq!(status(&format!("{taken} NOT in sudoers")), "Success", "{taken}");
    }
}
