//! Tests of the whole program: the built binary, its configuration, its data folder, its faces.

#![expect(clippy::unwrap_used, reason = "what is needed for a test is there, or the test fails")]

mod backup;
mod canary;
mod certify;
mod dead_letters;
mod decode;
mod demo;
mod disks;
mod doctor;
mod end_to_end;
mod faces;
mod flood;
mod fuzz;
mod health;
mod holding;
mod hostile;
mod hub;
mod line;
mod outage;
mod peers;
mod prisma_cloud;
mod products;
mod replaying;
mod silences;
mod syslog;
