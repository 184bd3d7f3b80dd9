-- The lowest number that the account's next device may get: after the way back from a backup, those that were given since it was taken are not given
-- again.
alter table account add column next_device bigint not null default 0;
-- The register through which something was done that is about another one.
alter table audit add column by_device bigint;
-- What `segment` was, for each way of writing them: a process of the version before goes on with the old ones.
create table sealed (
  account bigint not null,
  shop bigint not null,
  version bigint not null,
  first_seq bigint not null check (first_seq > 0),
  last_seq bigint not null check (last_seq >= first_seq),
  hash bytea not null check (length(hash) = 32),
  checksum bytea not null check (length(checksum) = 16),
  primary key (account, shop, version, first_seq),
  foreign key (account, shop, last_seq) references entry (account, shop, seq)
);
create index sealed_hash on sealed (account, shop, hash);
