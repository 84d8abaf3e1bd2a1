-- What the bot's link of a chat gave, beside what is shown: the end of the link clears that, and not
-- what an administrator entered by hand.
ALTER TABLE courses ADD COLUMN linked_chat_url text;
ALTER TABLE streams ADD COLUMN linked_chat_url text;
ALTER TABLE groups ADD COLUMN linked_chat_url text;
