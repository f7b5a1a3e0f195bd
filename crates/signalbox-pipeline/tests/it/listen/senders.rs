//! Who may send by network, and addresses that cannot be bound.

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
async fn a_connection_from_elsewhere_is_closed_at_once_and_counted() {
    let served = Served::on(for_nobody_here(TCP)).await;
    let mut sender = Sender::to(served.address).await;

    sender.send("log a -\n").await;

    assert_eq!(sender.answer().await, None);
    let totals = served.totals();
    assert_eq!((totals.refused_network, totals.connections_open, totals.frames), (1, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_connection_from_a_permitted_network_is_served() {
    let allow = vec!["192.0.2.0/24".parse().unwrap(), "127.0.0.0/8".parse().unwrap()];
    let served = Served::on(Bind { allow, ..bind(TCP) }).await;
    let mut sender = Sender::to(served.address).await;

    sender.send("log a -\n").await;

    assert_eq!(sender.answer().await, Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_datagram_from_elsewhere_is_refused_and_counted() {
    let served = Served::on(for_nobody_here(UDP)).await;
    let sender = UdpSocket::bind("127.0.0.1:0").await.unwrap();

    sender.send_to(b"log a -", served.address).await.unwrap();
    eventually(|| served.totals().refused_network == 1).await;
    served.tell_to_stop();

    let intake = served.ended().await;
    assert_eq!((intake.received, intake.refused), (1, 1));
}

#[tokio::test]
async fn an_address_in_use_is_told_with_what_to_do() {
    for transport in [TCP, UDP] {
        let taken = BoundSocket::bind(&bind(transport.clone())).unwrap();
        let address = taken.address();

        let error = BoundSocket::bind(&Bind { address, ..bind(transport) }).unwrap_err();

        let text = error.to_string();
        assert!(text.starts_with(&format!("listen on `{address}` over ")), "{text}");
        assert!(text.ends_with("stop the program that has it"), "{text}");
    }
}

#[tokio::test]
async fn a_port_belongs_to_one_kind_of_socket() {
    let tcp = BoundSocket::bind(&bind(TCP)).unwrap();

    let udp = BoundSocket::bind(&Bind { address: tcp.address(), ..bind(UDP) });

    assert_eq!(udp.unwrap().address(), tcp.address());
}
