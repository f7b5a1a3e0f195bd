//! Reloads: the socket stays, and what has changed holds for everybody.

use std::sync::atomic::Ordering;

use signalbox_pipeline::ingest::BoundSocket;
use signalbox_sdk::role::{Bind, Transport};
use tokio::net::UdpSocket;

use super::socket::bind;
use super::{Sender, Served, eventually};

const TCP: Transport = Transport::Tcp(None);

const UDP: Transport = Transport::Udp { receive_buffer_bytes: 64 << 10 };

fn for_nobody_here(transport: Transport) -> Bind {
    Bind { allow: vec!["192.0.2.0/24".parse().unwrap()], ..bind(transport) }
}

#[tokio::test(start_paused = true)]
async fn connections_of_an_unchanged_integration_go_on() {
    let served = Served::over(TCP).await;
    let mut sender = Sender::to(served.address).await;
    sender.send("log a -\n").await;
    assert_eq!(sender.answer().await, Some(1));

    served.reload_unchanged();
    sender.send("log b -\n").await;

    assert_eq!(sender.answer().await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn connections_of_a_changed_integration_end_after_what_they_have_in_hand() {
    let mut served = Served::over(TCP).await;
    let mut sender = Sender::to(served.address).await;
    let refusals = served.break_disk();
    sender.send("log a -\n").await;
    eventually(|| refusals.load(Ordering::Relaxed) > 0).await;

    served.reload(for_nobody_here(TCP));
    served.mend_disk();

    assert_eq!(sender.last_answer().await, Some(1));
    assert_eq!(Sender::to(served.address).await.answer().await, None);
    assert_eq!(served.totals().refused_network, 1);
}

#[tokio::test(start_paused = true)]
async fn a_socket_for_datagrams_loses_none_over_a_reload() {
    let mut served = Served::over(UDP).await;
    let sender = UdpSocket::bind("127.0.0.1:0").await.unwrap();

    for n in 0..100 {
        sender.send_to(b"log a -", served.address).await.unwrap();
        if n % 10 == 0 {
            served.reload(bind(Transport::Udp { receive_buffer_bytes: (64 + n) << 10 }));
            tokio::task::yield_now().await;
        }
    }

    eventually(|| served.totals().frames == 100).await;
    assert_eq!(served.intake().accepted, 100);
}

#[tokio::test(start_paused = true)]
async fn a_socket_that_is_gone_takes_what_has_arrived_and_frees_its_address() {
    let served = Served::over(TCP).await;
    let address = served.address;
    let mut sender = Sender::to(address).await;
    sender.send("log a -\n").await;
    eventually(|| served.totals().connections_open == 1).await;

    let bench = served.close().await;

    assert_eq!((sender.last_answer().await, bench.records()), (Some(1), 1));
    assert!(BoundSocket::bind(&Bind { address, ..bind(TCP) }).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_socket_for_datagrams_that_is_gone_takes_what_has_arrived() {
    let served = Served::over(UDP).await;
    let sender = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    sender.send_to(b"log a -", served.address).await.unwrap();

    let bench = served.close().await;

    assert_eq!(bench.records(), 1);
}
