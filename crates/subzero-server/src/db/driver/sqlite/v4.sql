-- Stretches of a shop's history that are handed out whole: what they are named by, and the shop's checksum after the last row. Their bytes are
-- made of the rows whenever they are asked for.
create table segment (
  account integer not null,
  shop integer not null,
  first_seq integer not null check (first_seq > 0),
  last_seq integer not null check (last_seq >= first_seq),
  hash blob not null check (length(hash) = 32),
  checksum blob not null check (length(checksum) = 16),
  primary key (account, shop, first_seq),
  foreign key (account, shop, last_seq) references entry (account, shop, seq)
) strict;
create index segment_hash on segment (account, shop, hash);
