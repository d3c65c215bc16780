//! What is published under a name: where the alias leads, and what stands there.
//!
//! In: a client of the name. Out: the index of tables, what it says of itself, and its tables, each compared with its hash.

use crate::client::{Body, Client};
use crate::layout::{LAYOUT_VERSION, Mark, Notice, chunk_bytes, chunk_id, difference};
use baogao_engine::index::{ElsewhereFault, IndexError};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

/// The index of tables that the alias leads to; none if there is none.
pub(crate) fn published_index(client: &Client) -> Result<Option<String>, IndexError> {
    let names = published_indexes(client)?;
    match <[String; 1]>::try_from(names) {
        Ok([name]) => Ok(Some(name)),
        Err(names) if names.is_empty() => Ok(None),
        Err(names) => Err(client.fault(ElsewhereFault::Several { names })),
    }
}

/// All indexes that the alias leads to.
pub(crate) fn published_indexes(client: &Client) -> Result<Vec<String>, IndexError> {
    let path = format!("/_alias/{}", client.address().name);
    let reply = client.send("GET", &path, &Body::None)?;
    if reply.status == 404 {
        return Ok(Vec::new());
    }
    if reply.status != 200 {
        return Err(client.refused(reply.status, &reply));
    }
    let names: Vec<String> = match reply.value {
        Value::Object(indexes) => indexes.into_iter().map(|(name, _)| name).collect(),
        _ => return Err(client.garbled("an alias cannot be read")),
    };
    Ok(names)
}

/// What an index of tables says of itself, if it is of this program's layout.
pub(crate) fn read_notice(client: &Client, index: &str) -> Result<(Notice, Mark), IndexError> {
    let mark = read_mark(client, index)?;
    let mark = mark.ok_or_else(|| {
        client.fault(ElsewhereFault::Foreign {
            index: index.to_owned(),
        })
    })?;
    if mark.layout != LAYOUT_VERSION {
        return Err(client.fault(ElsewhereFault::OtherVersions {
            what: "layout on clusters".to_owned(),
            built: mark.layout.to_string(),
            wanted: LAYOUT_VERSION.to_string(),
        }));
    }
    let value = client.call("GET", &format!("/{index}/_doc/notice"), &Body::None)?;
    let notice = value.pointer("/_source/notice").cloned();
    let notice = notice.and_then(|notice| serde_json::from_value(notice).ok());
    let notice = notice.ok_or_else(|| client.garbled("what was published cannot be read"))?;
    Ok((notice, mark))
}

/// Fails where an index of passages is another than the one that was made: other fields count otherwise.
pub(crate) fn compare_description(
    client: &Client,
    index: &str,
    mark: &Mark,
) -> Result<(), IndexError> {
    let described = client.call("GET", &format!("/{index}"), &Body::None)?;
    match difference(index, &described, mark) {
        None => Ok(()),
        Some(_) => Err(client.fault(ElsewhereFault::ChangedByOthers {
            index: index.to_owned(),
        })),
    }
}

/// The mark in the mapping of an index; none if it is not ours.
pub(crate) fn read_mark(client: &Client, index: &str) -> Result<Option<Mark>, IndexError> {
    let value = client.call("GET", &format!("/{index}/_mapping"), &Body::None)?;
    Ok(value.get(index).and_then(Mark::of))
}

/// The bytes of a table, compared with their hash.
pub(crate) fn read_table(
    client: &Client,
    index: &str,
    notice: &Notice,
    name: &str,
) -> Result<Vec<u8>, IndexError> {
    let table = notice.tables.iter().find(|table| table.name == name);
    let table = table.ok_or_else(|| client.garbled("a table is missing"))?;
    let mut bytes = Vec::new();
    let mut at = 0;
    while (bytes.len() as u64) < table.bytes {
        let path = format!("/{index}/_doc/{}", chunk_id(name, at));
        let value = client.call("GET", &path, &Body::None)?;
        let chunk = value.get("_source").and_then(chunk_bytes);
        let chunk = chunk.filter(|chunk| !chunk.is_empty());
        bytes.extend(chunk.ok_or_else(|| client.garbled("a table is not what was sent"))?);
        at += 1;
    }
    if format!("{:016x}", xxh3_64(&bytes)) != table.hash || bytes.len() as u64 != table.bytes {
        return Err(client.garbled("a table is not what was sent"));
    }
    Ok(bytes)
}
