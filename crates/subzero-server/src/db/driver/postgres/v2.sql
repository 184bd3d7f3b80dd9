-- Stretches of a shop's history that are handed out whole: what they are named by, and the shop's checksum after the last row. Their bytes are
-- made of the rows whenever they are asked for.
create table segment (
  account bigint not null,
  shop bigint not null,
  first_seq bigint not null check (first_seq > 0),
  last_seq bigint not null check (last_seq >= first_seq),
  hash bytea not null check (length(hash) = 32),
  checksum bytea not null check (length(checksum) = 16),
  primary key (account, shop, first_seq),
  foreign key (account, shop, last_seq) references entry (account, shop, seq)
);
create index segment_hash on segment (account, shop, hash);
